package com.example.toy;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** Philox 4x32-10, counting blocks of four words from 0 (Salmon et al., 2011). */
final class Philox {
  private Philox() {}

  static NDArray words(NDArray key, Shape shape) {
    NDArray out = NDArray.zeros(DType.UINT32, shape);
    for (int i = 0; i < out.size(); i += 4) {
      int[] block = block(i / 4, key.getInt(0), key.getInt(1));
      for (int k = 0; k < 4 && i + k < out.size(); k++) {
        out.setLong(i + k, block[k]);
      }
    }
    return out;
  }

  private static int[] block(int counter, int key0, int key1) {
    int[] c = {counter, 0, 0, 0};
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < 10; round++) {
      long a = 0xD2511F53L * (c[0] & 0xffffffffL);
      long b = 0xCD9E8D57L * (c[2] & 0xffffffffL);
      c = new int[] {(int) (b >>> 32) ^ c[1] ^ k0, (int) b, (int) (a >>> 32) ^ c[3] ^ k1, (int) a};
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    return c;
  }
}
