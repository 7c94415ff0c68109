package org.keras4j.saving.internal.hdf5;

import java.io.IOException;
import org.keras4j.core.io.FileFormatException;

/** The heap that holds the links of large groups: blocks that double in size, under a tree of tables. */
final class FractalHeap {
  private static final String WHAT = "heap of links";
  private static final int HEAD = 146;
  private static final int MANAGED = 0;
  private static final int MAX_ROWS = 64;

  private final H5Input in;
  private int offsetBytes;
  private int lengthBytes;
  private int width;
  private long startBlock;
  private long maxDirect;
  private long root;
  private int rootRows;

  private FractalHeap(H5Input in) {
    this.in = in;
  }

  static FractalHeap open(H5Input in, long address) throws IOException {
    FractalHeap h = new FractalHeap(in);
    Cursor c = in.checked(address, HEAD, WHAT).signature("FRHP").version(0);
    c.skip(2); // the length of the names of objects
    if (c.u16() != 0) {
      throw c.unsupported("a kind with filters");
    }
    c.skip(1);
    long maxManaged = c.u32();
    c.skip(12 * 8); // of objects that are not managed, of free space, and counts
    h.width = c.u16();
    h.startBlock = c.length();
    h.maxDirect = c.length();
    int heapBits = c.u16();
    c.skip(2);
    h.root = c.address();
    h.rootRows = c.u16();
    h.offsetBytes = (heapBits + 7) / 8;
    int directBytes = (Long.numberOfTrailingZeros(Math.max(1, h.maxDirect)) + 7) / 8;
    h.lengthBytes = Math.min(directBytes, bytesFor(maxManaged));
    if (h.width == 0
        || Long.bitCount(h.width) != 1
        || Long.bitCount(h.startBlock) != 1
        || Long.bitCount(h.maxDirect) != 1
        || h.maxDirect < h.startBlock
        || h.maxDirect > Integer.MAX_VALUE
        || heapBits > 63
        || h.rootRows > MAX_ROWS) {
      throw new FileFormatException("the HDF5 " + WHAT + " has impossible sizes");
    }
    return h;
  }

  private static int bytesFor(long n) {
    return (64 - Long.numberOfLeadingZeros(Math.max(1, n)) + 7) / 8;
  }

  /** The bytes of an object. */
  Cursor object(byte[] id) throws IOException {
    Cursor c = new Cursor(id, WHAT);
    int kind = c.u8() >> 4;
    if (kind != MANAGED) {
      throw c.unsupported("kind " + kind);
    }
    long offset = c.number(offsetBytes);
    long length = c.number(lengthBytes);
    if (offset < 0 || length < 0) {
      throw new FileFormatException("the HDF5 " + WHAT + " has impossible places");
    }
    return rootRows == 0 ? direct(root, startBlock, offset, length) : indirect(offset, length);
  }

  private Cursor direct(long block, long size, long offset, long length) throws IOException {
    if (block == Cursor.UNDEFINED || offset > size - length) {
      throw new FileFormatException("the HDF5 " + WHAT + " has an object outside its blocks");
    }
    in.at(block, 4, WHAT).signature("FHDB");
    return in.at(block + offset, length, WHAT);
  }

  /** The first two rows have blocks of the first size, each further row of twice the row's before. */
  private long rowSize(int row) {
    int doubled = Math.max(0, row - 1);
    int bits = Long.numberOfTrailingZeros(startBlock) + Integer.numberOfTrailingZeros(width);
    return startBlock << Math.min(doubled, Math.max(0, 61 - bits));
  }

  private Cursor indirect(long offset, long length) throws IOException {
    long table = root;
    int rows = rootRows;
    long left = offset;
    while (true) {
      int row = 0;
      while (row < rows && left >= rowSize(row) * width) {
        left -= rowSize(row) * width;
        row++;
      }
      if (row == rows) {
        throw new FileFormatException("the HDF5 " + WHAT + " has an object outside its blocks");
      }
      long size = rowSize(row);
      long column = left / size;
      left -= column * size;
      long entry = table + 4 + 1 + 8 + offsetBytes + (row * (long) width + column) * 8;
      in.at(table, 4, WHAT).signature("FHIB");
      long child = in.at(entry, 8, WHAT).address();
      if (size <= maxDirect) {
        return direct(child, size, left, length);
      }
      // a table for so many bytes, which are fewer than those of the table above
      table = child;
      int below = 1;
      while (below < MAX_ROWS && rowSize(below) * 2 * width <= size) {
        below++;
      }
      if (below >= rows) {
        throw new FileFormatException("the HDF5 " + WHAT + " goes in a circle");
      }
      rows = below;
    }
  }
}
