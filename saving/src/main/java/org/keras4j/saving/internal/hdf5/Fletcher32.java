package org.keras4j.saving.internal.hdf5;

/** Fletcher's checksum of 16-bit words, big-endian, as HDF5's filter has it. */
final class Fletcher32 {
  private static final int MODULUS = 65535;

  private Fletcher32() {}

  static long of(byte[] b, int count) {
    long first = 0;
    long second = 0;
    for (int i = 0; i < count; i += 2) {
      int word = (b[i] & 0xff) << 8 | (i + 1 < count ? b[i + 1] & 0xff : 0);
      first += word;
      second += first;
      if (i % 512 == 510) {
        first = fold(first);
        second = fold(second);
      }
    }
    return fold(second) << 16 | fold(first);
  }

  // 65535 stands for itself, and only 0 for 0, as adding the carry does
  private static long fold(long sum) {
    return sum == 0 ? 0 : (sum - 1) % MODULUS + 1;
  }
}
