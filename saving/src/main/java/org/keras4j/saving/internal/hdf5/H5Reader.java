package org.keras4j.saving.internal.hdf5;

import java.io.IOException;
import java.util.Arrays;
import org.keras4j.core.internal.io.FileBytes;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/** Opens HDF5 files, which stay in the hands of the caller. */
public final class H5Reader {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final int OLD = 96;
  private static final int NEW = 48;
  private static final String WHAT = "superblock";

  private H5Reader() {}

  /**
   * The root group.
   *
   * @throws FileFormatException if it is no HDF5 file, cut short, or of a kind that is not read
   */
  public static H5Group open(FileBytes file, ReadLimits limits) throws IOException {
    if (file.size() < OLD / 2 || !Arrays.equals(file.read(0, SIGNATURE.length), SIGNATURE)) {
      throw new FileFormatException("is no HDF5 file");
    }
    H5Input in = new H5Input(file, limits);
    int version = in.at(SIGNATURE.length, 1, WHAT).u8();
    long base;
    long end;
    long root;
    if (version <= 1) {
      Cursor c = in.at(0, version == 0 ? OLD : OLD + 4, WHAT).skip(13);
      widths(c, c.u8(), c.u8());
      c.skip(version == 0 ? 9 : 13);
      base = c.address();
      end = c.skip(8).address();
      root = c.skip(16).address();
    } else if (version <= 3) {
      Cursor c = in.checked(0, NEW, WHAT).skip(9);
      widths(c, c.u8(), c.u8());
      c.skip(1);
      base = c.address();
      end = c.skip(8).address();
      root = c.address();
    } else {
      throw new FileFormatException("is of HDF5's version " + version + ", which is not supported");
    }
    if (base != 0) {
      throw new FileFormatException("has a HDF5 user block, which is not supported");
    }
    if (end > file.size()) {
      throw new FileFormatException(
          "is cut short: its HDF5 part has " + end + " bytes, " + file.size() + " are there");
    }
    return H5Group.root(in, root);
  }

  private static void widths(Cursor c, int offset, int length) throws FileFormatException {
    if (offset != 8 || length != 8) {
      throw c.unsupported("addresses of " + offset + " bytes");
    }
  }
}
