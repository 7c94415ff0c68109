package org.keras4j.saving.internal.hdf5;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.keras4j.core.io.FileFormatException;

/** Reads the fields of one structure of the file, in little-endian order; past its end is an error. */
final class Cursor {
  /** Stands for an address that is not there. */
  static final long UNDEFINED = -1;

  private static final int OFFSET_BYTES = 8;

  private final byte[] bytes;
  private final String what;
  private final int end;
  private int at;

  /**
   * Over a part of an array.
   *
   * @param what the structure, for messages
   */
  Cursor(byte[] bytes, int from, int count, String what) {
    this.bytes = bytes;
    this.at = from;
    this.end = from + count;
    this.what = what;
  }

  Cursor(byte[] bytes, String what) {
    this(bytes, 0, bytes.length, what);
  }

  private int take(int n) throws FileFormatException {
    if (n < 0 || n > end - at) {
      throw new FileFormatException("the HDF5 " + what + " is cut short");
    }
    int from = at;
    at += n;
    return from;
  }

  int remaining() {
    return end - at;
  }

  int u8() throws FileFormatException {
    return bytes[take(1)] & 0xff;
  }

  int u16() throws FileFormatException {
    return (int) number(2);
  }

  long u32() throws FileFormatException {
    return number(4);
  }

  /** A number of 8 bytes that is no negative one. */
  long length() throws FileFormatException {
    long n = number(OFFSET_BYTES);
    if (n < 0) {
      throw new FileFormatException("the HDF5 " + what + " has an impossible size");
    }
    return n;
  }

  /** An address, perhaps {@link #UNDEFINED}. */
  long address() throws FileFormatException {
    long n = number(OFFSET_BYTES);
    if (n < UNDEFINED) {
      throw new FileFormatException("the HDF5 " + what + " has an impossible address");
    }
    return n;
  }

  /** An unsigned number of 1 to 8 bytes. */
  long number(int width) throws FileFormatException {
    int from = take(width);
    long n = 0;
    for (int i = 0; i < width; i++) {
      n |= (bytes[from + i] & 0xffL) << (8 * i);
    }
    return n;
  }

  /** A count of 1 to 8 bytes that an array can have. */
  int count(int width) throws FileFormatException {
    long n = number(width);
    if (n < 0 || n > Integer.MAX_VALUE) {
      throw new FileFormatException("the HDF5 " + what + " has an impossible count");
    }
    return (int) n;
  }

  Cursor skip(int n) throws FileFormatException {
    take(n);
    return this;
  }

  /** Goes to the next multiple of 8 from a place that was remembered. */
  void align(int start) throws FileFormatException {
    int over = (at - start) % 8;
    if (over != 0) {
      take(8 - over);
    }
  }

  int position() {
    return at;
  }

  Cursor part(int n, String name) throws FileFormatException {
    int from = take(n);
    return new Cursor(bytes, from, n, name);
  }

  String text(int n) throws FileFormatException {
    return new String(bytes, take(n), n, StandardCharsets.UTF_8);
  }

  byte[] bytes(int n) throws FileFormatException {
    int from = take(n);
    return Arrays.copyOfRange(bytes, from, from + n);
  }

  /** Refuses a structure that does not begin with these letters. */
  Cursor signature(String letters) throws FileFormatException {
    String got =
        new String(bytes, take(letters.length()), letters.length(), StandardCharsets.US_ASCII);
    if (!got.equals(letters)) {
      throw new FileFormatException("no HDF5 " + what + " stands where one is said to be");
    }
    return this;
  }

  /** Refuses a version that is not this one. */
  Cursor version(int expected) throws FileFormatException {
    int v = u8();
    if (v != expected) {
      throw unsupported("version " + v);
    }
    return this;
  }

  FileFormatException unsupported(String kind) {
    return new FileFormatException(
        "the HDF5 " + what + " is of " + kind + ", which is not supported");
  }
}
