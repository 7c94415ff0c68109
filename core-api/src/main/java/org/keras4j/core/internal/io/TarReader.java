package org.keras4j.core.internal.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.io.FileFormatException;

/** The entries of a tar archive in turn: ustar, with the long names of GNU and of POSIX (pax). */
public final class TarReader {
  private static final int RECORD = 512;
  private static final int NAME = 100;
  private static final int SIZE_AT = 124;
  private static final int SUM_AT = 148;
  private static final int TYPE_AT = 156;
  private static final int LINK_AT = 157;
  private static final int MAGIC_AT = 257;
  private static final int PREFIX_AT = 345;
  private static final int PREFIX = 155;
  private static final int MAX_HEADER = 1 << 20;

  /** What an entry is. */
  public enum Kind {
    /** A file. */
    FILE,
    /** A folder. */
    FOLDER,
    /** A link, hard or symbolic. */
    LINK
  }

  /**
   * An entry.
   *
   * @param target of a link
   * @param hard whether the link's target is a path in the archive, not one beside the link
   */
  public record Entry(String name, Kind kind, long size, String target, boolean hard) {}

  private final InputStream in;
  private long left;
  private long padding;

  /** Reads from a stream, which stays in the hands of the caller. */
  public TarReader(InputStream in) {
    this.in = in;
  }

  /** The next entry; null at the end. */
  public @Nullable Entry next() throws IOException {
    Map<String, String> extended = new HashMap<>();
    while (true) {
      skip(left + padding);
      left = 0;
      padding = 0;
      byte[] h = new byte[RECORD];
      int n = in.readNBytes(h, 0, RECORD);
      if (n == 0 || n == RECORD && isZero(h)) {
        return null;
      }
      if (n < RECORD) {
        throw cut();
      }
      if (!isHeader(h)) {
        throw new FileFormatException(
            "the tar archive is damaged: no entry where one should stand");
      }
      char type = (char) (h[TYPE_AT] & 0xff);
      long size =
          extended.containsKey("size") ? decimal(extended.get("size")) : number(h, SIZE_AT, 12);
      switch (type) {
        case 'L', 'K', 'x', 'g' -> {
          byte[] text = header(size);
          if (type == 'x') {
            records(text, extended);
          } else if (type != 'g') {
            extended.put(type == 'L' ? "path" : "linkpath", text(text, 0, text.length));
          }
        }
        default -> {
          return entry(h, type, size, extended);
        }
      }
    }
  }

  private Entry entry(byte[] h, char type, long size, Map<String, String> extended)
      throws FileFormatException {
    String name = text(h, 0, NAME);
    boolean ustar = new String(h, MAGIC_AT, 5, StandardCharsets.US_ASCII).equals("ustar");
    boolean gnu = h[MAGIC_AT + 5] == ' ';
    if (ustar && !gnu && h[PREFIX_AT] != 0) {
      name = text(h, PREFIX_AT, PREFIX) + "/" + name;
    }
    name = extended.getOrDefault("path", name);
    String target = extended.getOrDefault("linkpath", text(h, LINK_AT, NAME));
    Kind kind = switch (type) {
      case '0', 0, '7' -> name.endsWith("/") ? Kind.FOLDER : Kind.FILE;
      case '5' -> Kind.FOLDER;
      case '1', '2' -> Kind.LINK;
      default ->
        throw new FileFormatException("the tar archive has an entry '" + name + "' of the kind '"
            + type + "', which is neither file nor folder");
    };
    left = kind == Kind.FILE ? size : 0;
    padding = padded(left) - left;
    return new Entry(name, kind, left, target, type == '1');
  }

  /** The bytes of the entry that was asked for last. */
  public InputStream contents() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] to, int from, int count) throws IOException {
        if (left == 0) {
          return -1;
        }
        int n = in.read(to, from, (int) Math.min(count, left));
        if (n < 0) {
          throw cut();
        }
        left -= n;
        return n;
      }
    };
  }

  /** Whether a file that begins so is a tar archive. */
  static boolean isHeader(byte[] h) throws FileFormatException {
    if (h.length < RECORD) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < RECORD; i++) {
      sum += i >= SUM_AT && i < SUM_AT + 8 ? ' ' : h[i] & 0xff;
    }
    String said =
        new String(h, SUM_AT, 8, StandardCharsets.US_ASCII).replace('\0', ' ').trim();
    return !said.isEmpty()
        && said.chars().allMatch(c -> c >= '0' && c <= '7')
        && Integer.parseInt(said, 8) == sum;
  }

  private static boolean isZero(byte[] b) {
    for (byte x : b) {
      if (x != 0) {
        return false;
      }
    }
    return true;
  }

  private static EOFException cut() {
    return new EOFException("the tar archive is cut short");
  }

  private void skip(long n) throws IOException {
    byte[] piece = new byte[(int) Math.min(n, 1 << 16)];
    for (long rest = n; rest > 0; ) {
      int got = in.read(piece, 0, (int) Math.min(piece.length, rest));
      if (got < 0) {
        throw cut();
      }
      rest -= got;
    }
  }

  private static long padded(long n) {
    return (n + RECORD - 1) / RECORD * RECORD;
  }

  private byte[] header(long size) throws IOException {
    if (size > MAX_HEADER) {
      throw new FileFormatException("the tar archive has a name of " + size + " bytes");
    }
    byte[] out = new byte[(int) size];
    if (in.readNBytes(out, 0, out.length) < out.length) {
      throw cut();
    }
    skip(padded(size) - size);
    return out;
  }

  /** Lines of {@code LENGTH KEY=VALUE}. */
  private static void records(byte[] b, Map<String, String> out) throws FileFormatException {
    for (int at = 0; at < b.length && b[at] != 0; ) {
      int space = at;
      while (space < b.length && b[space] != ' ') {
        space++;
      }
      long length = decimal(new String(b, at, space - at, StandardCharsets.US_ASCII));
      if (length <= space - at + 1 || length > b.length - at) {
        throw new FileFormatException("the tar archive is damaged: a record has a wrong length");
      }
      String line =
          new String(b, space + 1, (int) length - (space - at) - 2, StandardCharsets.UTF_8);
      int cut = line.indexOf('=');
      if (cut > 0) {
        out.put(line.substring(0, cut), line.substring(cut + 1));
      }
      at += (int) length;
    }
  }

  private static long decimal(String s) throws FileFormatException {
    try {
      long n = Long.parseLong(s);
      if (n >= 0) {
        return n;
      }
    } catch (NumberFormatException e) {
      // refused below
    }
    throw new FileFormatException("the tar archive is damaged: '" + s + "' is no size");
  }

  private static long number(byte[] h, int at, int width) throws FileFormatException {
    if ((h[at] & 0x80) != 0) { // large ones are binary
      long n = h[at] & 0x7f;
      for (int i = 1; i < width; i++) {
        if (n >> 55 != 0) {
          throw new FileFormatException("the tar archive has an entry of an impossible size");
        }
        n = n << 8 | h[at + i] & 0xff;
      }
      return n;
    }
    String s =
        new String(h, at, width, StandardCharsets.US_ASCII).replace('\0', ' ').trim();
    if (!s.chars().allMatch(c -> c >= '0' && c <= '7')) {
      throw new FileFormatException("the tar archive is damaged: '" + s + "' is no size");
    }
    return s.isEmpty() ? 0 : Long.parseLong(s, 8);
  }

  private static String text(byte[] b, int at, int most) {
    int end = at;
    while (end < at + most && b[end] != 0) {
      end++;
    }
    return new String(b, at, end - at, StandardCharsets.UTF_8);
  }
}
