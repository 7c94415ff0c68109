package org.keras4j.saving.internal.hdf5;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.io.FileFormatException;

/**
 * Where the elements of a dataset lie.
 *
 * @param kind compact, contiguous or chunked
 * @param compact the elements themselves, if compact
 * @param address of the elements, or of the index of chunks
 * @param size the bytes of contiguous elements; of the only chunk, where it is filtered
 * @param chunk the dimensions of a chunk, in elements
 * @param index how chunks are found
 * @param pageBits of an index that is a fixed array
 * @param skipped of an only chunk that is filtered: which filters it did not pass
 */
record Layout(
    Kind kind,
    byte @Nullable [] compact,
    long address,
    long size,
    long[] chunk,
    Index index,
    int pageBits,
    long skipped) {
  enum Kind {
    COMPACT,
    CONTIGUOUS,
    CHUNKED
  }

  enum Index {
    NONE,
    TREE,
    SINGLE,
    SINGLE_FILTERED,
    IMPLICIT,
    FIXED_ARRAY
  }

  private static final int OLD = 3;
  private static final int NEW = 4;
  private static final int VIRTUAL = 3;

  static Layout read(Cursor c) throws FileFormatException {
    int version = c.u8();
    if (version != OLD && version != NEW) {
      throw c.unsupported("version " + version);
    }
    int kind = c.u8();
    switch (kind) {
      case 0:
        byte[] data = c.bytes(c.u16());
        return new Layout(Kind.COMPACT, data, 0, data.length, new long[0], Index.NONE, 0, 0);
      case 1:
        long address = c.address();
        return new Layout(
            Kind.CONTIGUOUS, null, address, c.length(), new long[0], Index.NONE, 0, 0);
      case 2:
        return version == OLD ? old(c) : chunked(c);
      case VIRTUAL:
        throw new FileFormatException(
            "is a virtual dataset, whose elements lie in other files; these are not read");
      default:
        throw c.unsupported("kind " + kind);
    }
  }

  private static Layout old(Cursor c) throws FileFormatException {
    int rank = c.u8() - 1; // the last dimension is that of the elements' bytes
    long address = c.address();
    return new Layout(Kind.CHUNKED, null, address, 0, dims(c, rank, 4), Index.TREE, 0, 0);
  }

  private static Layout chunked(Cursor c) throws FileFormatException {
    int flags = c.u8();
    int rank = c.u8() - 1;
    int width = c.u8();
    if (width < 1 || width > 8) {
      throw c.unsupported("dimensions of " + width + " bytes");
    }
    long[] chunk = dims(c, rank, width);
    c.skip(width);
    int kind = c.u8();
    Index index;
    long size = 0;
    long skipped = 0;
    int pageBits = 0;
    switch (kind) {
      case 1:
        boolean filtered = (flags & 2) != 0;
        index = filtered ? Index.SINGLE_FILTERED : Index.SINGLE;
        if (filtered) {
          size = c.length();
          skipped = c.u32();
        }
        break;
      case 2:
        index = Index.IMPLICIT;
        break;
      case 3:
        index = Index.FIXED_ARRAY;
        pageBits = c.u8();
        break;
      default:
        throw c.unsupported("index " + kind + " (of datasets that can grow)");
    }
    return new Layout(Kind.CHUNKED, null, c.address(), size, chunk, index, pageBits, skipped);
  }

  private static long[] dims(Cursor c, int rank, int width) throws FileFormatException {
    long[] out = new long[Math.max(0, rank)];
    for (int i = 0; i < out.length; i++) {
      out[i] = c.number(width);
      if (out[i] < 1) {
        throw new FileFormatException("has chunks of an impossible size");
      }
    }
    return out;
  }
}
