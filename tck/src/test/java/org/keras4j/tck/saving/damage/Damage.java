package org.keras4j.tck.saving.damage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.tck.saving.damage.Archive.Entry;

/** Changes files as accidents and attackers do: bytes, and the fields of each format. */
final class Damage {
  private final Dice dice;
  private final ConfigDamage configs;
  private final Hdf5Damage hdf5;

  Damage(Dice dice, List<String> classNames) {
    this.dice = dice;
    this.configs = new ConfigDamage(dice, classNames);
    this.hdf5 = new Hdf5Damage(dice);
  }

  /** A changed {@code .keras} file. */
  byte[] keras(byte[] good) {
    List<Entry> entries = new ArrayList<>(Archive.entries(good));
    return switch (dice.below(10)) {
      case 0 -> bytes(good);
      case 1 -> zipFields(good);
      case 2 -> entries(entries);
      case 3, 4, 5, 6 -> with(entries, ".json", b -> configs.change(b));
      default -> with(entries, ".h5", b -> dice.one(6) ? bytes(b) : hdf5.change(b));
    };
  }

  /** A changed {@code .weights.h5} file. */
  byte[] weights(byte[] good) {
    return dice.one(4) ? bytes(good) : hdf5.change(good);
  }

  /** A changed {@code .npz} file. */
  byte[] npz(byte[] good) {
    List<Entry> entries = new ArrayList<>(Archive.entries(good));
    return switch (dice.below(4)) {
      case 0 -> bytes(good);
      case 1 -> zipFields(good);
      case 2 -> entries(entries);
      default -> with(entries, ".npy", this::npy);
    };
  }

  /** A changed {@code .npy} file. */
  byte[] npy(byte[] good) {
    if (dice.one(4)) {
      return bytes(good);
    }
    int head = 10 + (good[8] & 0xff) + ((good[9] & 0xff) << 8);
    String text = new String(good, 10, head - 10, StandardCharsets.ISO_8859_1);
    String changed = switch (dice.below(6)) {
      case 0 -> text.replaceFirst("\\([^)]*\\)", "(" + dims() + ")");
      case 1 ->
        text.replaceFirst(
            "'[<>|=]\\w+'",
            "'" + dice.of(List.of("<", ">", "|", "=", ""))
                + dice.of(List.of("f", "i", "u", "U", "S", "V", "O", "b", "c", "M", "x"))
                + dice.number() + "'");
      case 2 -> text.replace("False", dice.of(List.of("True", "Maybe", "1")));
      case 3 -> text.replaceFirst("\\d+", Long.toString(dice.number()));
      case 4 -> text.substring(0, dice.below(text.length())) + text;
      default -> text.replace("'", dice.of(List.of("\"", "", "''", " ")));
    };
    byte[] h = changed.getBytes(StandardCharsets.ISO_8859_1);
    byte[] out = Arrays.copyOf(Arrays.copyOf(good, 10), 10 + h.length + good.length - head);
    System.arraycopy(h, 0, out, 10, h.length);
    System.arraycopy(good, head, out, 10 + h.length, good.length - head);
    Dice.put(out, 8, 2, h.length);
    return out;
  }

  private String dims() {
    StringBuilder b = new StringBuilder();
    for (int i = dice.one(20) ? 5000 : dice.below(5); i > 0; i--) {
      b.append(dice.number()).append(", ");
    }
    return b.toString();
  }

  /** Changed bytes, whatever they mean. */
  byte[] bytes(byte[] good) {
    byte[] b = good.clone();
    if (b.length == 0) {
      return dice.bytes(dice.below(100));
    }
    for (int times = 1 + (dice.one(3) ? dice.below(8) : 0); times > 0; times--) {
      int at = dice.below(b.length);
      int n = Math.min(b.length - at, 1 + dice.below(64));
      switch (dice.below(7)) {
        case 0, 1 -> b[at] ^= (byte) (1 << dice.below(8));
        case 2 -> b[at] = (byte) dice.below(256);
        case 3 -> Dice.put(b, at, 1 << dice.below(4), dice.corner());
        case 4 -> System.arraycopy(b, dice.below(b.length - n + 1), b, at, n);
        case 5 -> b = joined(Arrays.copyOf(b, at), Arrays.copyOfRange(b, at + n, b.length));
        default ->
          b = dice.one(2)
              ? Arrays.copyOf(b, at)
              : joined(Arrays.copyOf(b, at), dice.bytes(n), Arrays.copyOfRange(b, at, b.length));
      }
      if (b.length == 0) {
        return b;
      }
    }
    return b;
  }

  private static byte[] joined(byte[]... parts) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    for (byte[] p : parts) {
      out.writeBytes(p);
    }
    return out.toByteArray();
  }

  private interface Change {
    byte[] of(byte[] content);
  }

  private byte[] with(List<Entry> entries, String suffix, Change change) {
    for (int i = 0; i < entries.size(); i++) {
      Entry e = entries.get(i);
      if (e.name().endsWith(suffix) && !e.name().equals("metadata.json")) {
        entries.set(i, new Entry(e.name(), change.of(e.content())));
        if (!suffix.equals(".npy") || dice.one(2)) {
          break;
        }
      }
    }
    return Archive.of(entries, dice.one(2));
  }

  private byte[] entries(List<Entry> entries) {
    int i = dice.below(entries.size());
    Entry e = entries.get(i);
    switch (dice.below(6)) {
      case 0 -> entries.remove(i);
      case 1 -> entries.set(i, new Entry(name(e.name()), e.content()));
      case 2 -> entries.set(i, new Entry(e.name(), dice.bytes(dice.below(200))));
      case 3 -> entries.set(i, new Entry(e.name(), bytes(e.content())));
      case 4 -> entries.add(new Entry(name(e.name()), e.content()));
      default -> {
        Entry other = entries.get(dice.below(entries.size()));
        entries.set(i, new Entry(e.name(), other.content()));
      }
    }
    return Archive.of(entries, dice.one(2));
  }

  private String name(String good) {
    return dice.of(List.of(
        "../" + good,
        "/" + good,
        good + "/",
        good.toUpperCase(java.util.Locale.ROOT),
        "assets/" + good,
        "x\0y",
        "\u00fc" + good,
        "n".repeat(3000)));
  }

  private static final int[][] ZIP_FIELDS = {
    // the head of an entry, of the directory, and the end: places and widths
    {4, 2}, {6, 2}, {8, 2}, {10, 4}, {14, 4}, {18, 4}, {22, 4}, {26, 2}, {28, 2},
  };
  private static final int[][] DIRECTORY_FIELDS = {
    {6, 2}, {8, 2}, {10, 2}, {16, 4}, {20, 4}, {24, 4}, {28, 2}, {30, 2}, {32, 2}, {34, 2}, {38, 4},
    {42, 4}
  };
  private static final int[][] END_FIELDS = {
    {4, 2}, {6, 2}, {8, 2}, {10, 2}, {12, 4}, {16, 4}, {20, 2}
  };

  private byte[] zipFields(byte[] good) {
    byte[] b = good.clone();
    for (int times = 1 + dice.below(3); times > 0; times--) {
      int kind = dice.below(3);
      byte[] mark = {
        'P',
        'K',
        (byte) (kind == 0 ? 3 : kind == 1 ? 1 : 5),
        (byte) (kind == 0 ? 4 : kind == 1 ? 2 : 6)
      };
      int[][] fields = kind == 0 ? ZIP_FIELDS : kind == 1 ? DIRECTORY_FIELDS : END_FIELDS;
      int at = Dice.find(b, mark, dice.below(b.length));
      if (at >= 0) {
        int[] f = fields[dice.below(fields.length)];
        Dice.put(b, at + f[0], f[1], dice.number());
      }
    }
    return b;
  }
}
