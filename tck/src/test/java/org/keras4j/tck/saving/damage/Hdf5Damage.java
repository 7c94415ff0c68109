package org.keras4j.tck.saving.damage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.keras4j.saving.internal.hdf5.Lookup3;

/** Changes the structures of HDF5 files, and their checksums along where they have some. */
final class Hdf5Damage {
  private static final List<String> MARKS = List.of(
      "TREE",
      "SNOD",
      "HEAP",
      "OHDR",
      "OCHK",
      "FRHP",
      "FHDB",
      "FHIB",
      "BTHD",
      "BTLF",
      "BTIN",
      "FAHD",
      "FADB",
      "GCOL",
      "\u0089HDF");
  private static final int NEAR = 120;

  private final Dice dice;

  Hdf5Damage(Dice dice) {
    this.dice = dice;
  }

  byte[] change(byte[] good) {
    byte[] b = good.clone();
    if (b.length < 64) {
      return b;
    }
    List<Integer> places = new ArrayList<>();
    for (String mark : MARKS) {
      byte[] m = mark.getBytes(StandardCharsets.ISO_8859_1);
      for (int at = Dice.find(b, m, 0); at >= 0; at = Dice.find(b, m, at + 1)) {
        places.add(at);
      }
    }
    for (int times = 1 + (dice.one(3) ? dice.below(4) : 0); times > 0; times--) {
      // near a structure's beginning, or in an object header of the older version, which has no
      // mark
      int at = places.isEmpty() || dice.one(3)
          ? 8 * dice.below(Math.min(b.length, 8192) / 8)
          : dice.of(places) + dice.below(NEAR);
      int width = 1 << dice.below(4);
      switch (dice.below(5)) {
        case 0 -> flip(b, at);
        case 1 -> Dice.put(b, at, width, dice.number());
        case 2 ->
          Dice.put(
              b, at, 8, places.isEmpty() ? 96 : dice.of(places)); // an address of another structure
        case 3 -> Dice.put(b, at, 8, dice.below(b.length));
        default -> {
          int from = places.isEmpty() ? 0 : dice.of(places);
          int n = Math.min(1 << dice.below(8), b.length - Math.max(at, from));
          if (n > 0) {
            System.arraycopy(b, from, b, at, n);
          }
        }
      }
    }
    if (!dice.one(8)) {
      mendChecksums(b);
    }
    return b;
  }

  private void flip(byte[] b, int at) {
    if (at < b.length) {
      b[at] ^= (byte) (1 << dice.below(8));
    }
  }

  // what an attacker would do
  private static void mendChecksums(byte[] b) {
    if ((b[8] & 0xff) >= 2) {
      mend(b, 0, 44);
    }
    for (int at = 0;
        (at = Dice.find(b, "OHDR".getBytes(StandardCharsets.US_ASCII), at)) >= 0;
        at++) {
      if (at + 12 > b.length) {
        return;
      }
      int flags = b[at + 5] & 0xff;
      int before = 6 + ((flags & 32) != 0 ? 16 : 0) + ((flags & 16) != 0 ? 4 : 0);
      int width = 1 << (flags & 3);
      long size = 0;
      for (int i = 0; i < Math.min(4, width) && at + before + i < b.length; i++) {
        size |= (b[at + before + i] & 0xffL) << (8 * i);
      }
      mend(b, at, before + width + size);
    }
    for (int at = 0;
        (at = Dice.find(b, "FRHP".getBytes(StandardCharsets.US_ASCII), at)) >= 0;
        at++) {
      mend(b, at, 142);
    }
    for (int at = 0;
        (at = Dice.find(b, "BTHD".getBytes(StandardCharsets.US_ASCII), at)) >= 0;
        at++) {
      mend(b, at, 34);
    }
    for (int at = 0;
        (at = Dice.find(b, "FAHD".getBytes(StandardCharsets.US_ASCII), at)) >= 0;
        at++) {
      mend(b, at, 24);
    }
  }

  private static void mend(byte[] b, int at, long size) {
    if (size >= 0 && at + size + 4 <= b.length) {
      Dice.put(b, (int) (at + size), 4, Lookup3.of(b, at, (int) size));
    }
  }
}
