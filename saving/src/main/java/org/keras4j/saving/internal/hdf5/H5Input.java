package org.keras4j.saving.internal.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.keras4j.core.internal.io.FileBytes;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/** The bytes of a HDF5 file. Structures are counted, so that no tangle of them is followed for ever. */
final class H5Input {
  private static final int PAGE = 1 << 16;
  private static final int CHECKSUM = 4;

  /** A structure costs so much besides its bytes. */
  private static final int COST = 64;

  private final FileBytes file;
  private final ReadLimits limits;
  private final GlobalHeap texts = new GlobalHeap(this);
  private final byte[] page = new byte[PAGE];
  private long pageAt = -1;
  private int pageSize;
  private long used;

  H5Input(FileBytes file, ReadLimits limits) {
    this.file = file;
    this.limits = limits;
  }

  ReadLimits limits() {
    return limits;
  }

  /** The texts of any length. */
  GlobalHeap texts() {
    return texts;
  }

  long size() {
    return file.size();
  }

  /** A structure at an address. */
  Cursor at(long address, long length, String what) throws IOException {
    return new Cursor(structure(address, length, what), what);
  }

  /** Likewise, of one that ends in a checksum, which is left out. */
  Cursor checked(long address, long length, String what) throws IOException {
    byte[] b = structure(address, length, what);
    int n = b.length - CHECKSUM;
    if (n < 0 || new Cursor(b, n, CHECKSUM, what).u32() != (Lookup3.of(b, 0, n) & 0xffffffffL)) {
      throw new FileFormatException("the HDF5 " + what + " is damaged: its checksum is wrong");
    }
    return new Cursor(b, 0, n, what);
  }

  private byte[] structure(long address, long length, String what) throws IOException {
    if (address < 0 || length < 0 || address > file.size() - length) {
      throw new FileFormatException(
          "the HDF5 " + what + " reaches beyond the file: " + length + " bytes at " + address);
    }
    used += length + COST;
    if (used > limits.maxStructureBytes() || length > Integer.MAX_VALUE - CHECKSUM) {
      throw new FileFormatException("the HDF5 file has structures of more than the "
          + limits.maxStructureBytes() + " bytes that are taken (ReadLimits.maxStructureBytes)");
    }
    byte[] out = new byte[(int) length];
    if (length > PAGE / 4) {
      file.read(address, out, 0, out.length);
      return out;
    }
    if (pageAt < 0 || address < pageAt || address + length > pageAt + pageSize) {
      pageAt = -1;
      pageSize = (int) Math.min(PAGE, file.size() - address);
      file.read(address, page, 0, pageSize);
      pageAt = address;
    }
    System.arraycopy(page, (int) (address - pageAt), out, 0, out.length);
    return out;
  }

  /** Fills a buffer with data. */
  void data(long address, ByteBuffer to, String what) throws IOException {
    checkData(address, to.remaining(), what);
    file.read(address, to);
  }

  /** Refuses data that are not in the file. */
  void checkData(long address, long length, String what) throws FileFormatException {
    if (address < 0 || length < 0 || address > file.size() - length) {
      throw new FileFormatException(
          what + " reaches beyond the file: " + length + " bytes at " + address);
    }
  }
}
