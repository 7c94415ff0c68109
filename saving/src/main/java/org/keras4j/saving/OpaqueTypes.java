package org.keras4j.saving;

import io.jhdf.api.Dataset;
import io.jhdf.object.datatype.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;

/**
 * Python's HDF5 has no bfloat16: Keras writes such weights as opaque elements of two bytes without a tag, a type
 * at which the HDF5 library for Java fails. In a copy of the file these elements are declared as references,
 * which it reads as the integers that their bits are.
 */
final class OpaqueTypes {
  private static final int MESSAGE = 8;
  private static final int PIECE = 1 << 20;
  private static final int OPAQUE = 0x15;
  private static final int REFERENCE = 0x17;

  // a datatype message of 8 bytes in an object header, holding version 1, class 5, no tag, 2 bytes
  // an element; the flags may be any
  private static final int[] WANTED = {3, 0, MESSAGE, 0, -1, 0, 0, 0, OPAQUE, 0, 0, 0, 2, 0, 0, 0};

  private OpaqueTypes() {}

  /** Changes the type of all opaque elements in a file. */
  static void declareReadable(Path file) throws IOException {
    List<Long> places = find(file);
    if (!places.isEmpty()) {
      try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
        for (long p : places) {
          out.seek(p);
          out.write(REFERENCE);
        }
      }
    }
  }

  /** Where a file declares opaque elements; it is read piece by piece. */
  static List<Long> find(Path file) throws IOException {
    List<Long> out = new ArrayList<>();
    byte[] b = new byte[PIECE];
    int kept = 0;
    long start = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int n; (n = in.readNBytes(b, kept, b.length - kept)) > 0; ) {
        int end = kept + n;
        int i = 0;
        for (; i + 2 * MESSAGE <= end; i++) {
          // the whole file passes here, mostly before anything is compiled: one byte rules most out
          if (b[i + MESSAGE] == OPAQUE && isOpaqueMessage(b, i)) {
            out.add(start + i + MESSAGE);
          }
        }
        System.arraycopy(b, i, b, 0, end - i);
        kept = end - i;
        start += i;
      }
    }
    return out;
  }

  private static boolean isOpaqueMessage(byte[] b, int i) {
    for (int k = 0; k < WANTED.length; k++) {
      if (WANTED[k] >= 0 && b[i + k] != WANTED[k]) {
        return false;
      }
    }
    return true;
  }

  /** Whether a dataset holds the bits of numbers of a dtype. */
  static boolean holdsBits(Dataset d, DType dtype) {
    return dtype == DType.BFLOAT16 && d.getDataType() instanceof Reference;
  }
}
