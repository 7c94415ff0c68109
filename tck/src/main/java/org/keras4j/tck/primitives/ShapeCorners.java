package org.keras4j.tck.primitives;

import static org.keras4j.tck.primitives.Runs.array;
import static org.keras4j.tck.primitives.Runs.expect;
import static org.keras4j.tck.primitives.Runs.floats;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Barrier;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Concat;
import org.keras4j.core.primitive.DimSize;
import org.keras4j.core.primitive.DynamicSlice;
import org.keras4j.core.primitive.DynamicUpdateSlice;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Iota;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;
import org.keras4j.core.primitive.RandomBits;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.primitive.Reverse;
import org.keras4j.core.primitive.Slice;
import org.keras4j.core.primitive.StopGradient;
import org.keras4j.core.primitive.Transpose;

final class ShapeCorners {
  private ShapeCorners() {}

  static void add(Primitives to) {
    to.on("constants", ShapeCorners::constants);
    to.on("iotas", ShapeCorners::iotas);
    to.on("reshapes", ShapeCorners::reshapes);
    to.on("broadcasts", ShapeCorners::broadcasts);
    to.on("permutations", ShapeCorners::permutations);
    to.on("slices", ShapeCorners::slices);
    to.on("paddings", ShapeCorners::paddings);
    to.on("joins", ShapeCorners::joins);
    to.on("dynamicSlices", ShapeCorners::dynamicSlices);
    to.on("sizesAndIdentities", ShapeCorners::sizesAndIdentities);
    to.on("philox", ShapeCorners::philox);
  }

  private static NDArray counting(DType t, long... dims) {
    NDArray a = NDArray.zeros(t, Shape.of(dims));
    for (int i = 0; i < a.size(); i++) {
      a.setLong(i, i);
    }
    return a;
  }

  private static NDArray counting(long... dims) {
    return counting(DType.FLOAT32, dims);
  }

  static void constants() {
    for (DType t : DType.values()) {
      if (t != DType.STRING) {
        NDArray a = array(t, new double[] {0, 1, 1, 0}, 2, 2);
        expect(new ArrayConstant(a), a);
      }
    }
    NDArray large = counting(DType.INT32, 1000);
    expect(new ArrayConstant(large), large);
  }

  static void iotas() {
    for (DType t : DType.values()) {
      if (t == DType.BOOL || t == DType.STRING) {
        continue;
      }
      expect(new Iota(Shape.of(3), 0, t), array(t, new double[] {0, 1, 2}, 3));
    }
    expect(
        new Iota(Shape.of(2, 3), 1, DType.INT32), NDArray.of(new int[] {0, 1, 2, 0, 1, 2}, 2, 3));
    expect(
        new Iota(Shape.of(2, 3), 0, DType.FLOAT32), floats(new double[] {0, 0, 0, 1, 1, 1}, 2, 3));
    expect(
        new Iota(Shape.of(-1, 2), 0, DType.INT32),
        NDArray.of(new int[] {0, 0, 1, 1, 2, 2}, 3, 2),
        NDArray.scalar(DType.INT32, 3L));
  }

  static void reshapes() {
    NDArray x = counting(2, 6);
    expect(new ReshapeTo(Shape.of(3, 4)), counting(3, 4), x);
    expect(new ReshapeTo(Shape.of(-1, 3)), counting(4, 3), x);
    expect(
        new ReshapeTo(Shape.of(-1, -1)),
        counting(3, 4),
        x,
        NDArray.scalar(DType.INT32, 3L),
        NDArray.scalar(DType.INT32, 4L));
    expect(new ReshapeTo(Shape.of(0, 5)), counting(0, 5), counting(5, 0));
  }

  static void broadcasts() {
    NDArray x = counting(2);
    expect(
        new BroadcastInDim(Shape.of(2, 3), IntList.of(0)),
        floats(new double[] {0, 0, 0, 1, 1, 1}, 2, 3),
        x);
    expect(
        new BroadcastInDim(Shape.of(3, 2), IntList.of(1)),
        floats(new double[] {0, 1, 0, 1, 0, 1}, 3, 2),
        x);
    expect(
        new BroadcastInDim(Shape.of(-1, 3), IntList.of(0)),
        floats(new double[] {0, 0, 0, 1, 1, 1}, 2, 3),
        x);
    expect(
        new BroadcastInDim(Shape.of(2, 2), IntList.of()),
        floats(new double[] {7, 7, 7, 7}, 2, 2),
        NDArray.scalar(DType.FLOAT32, 7.0));
    NDArray bool = NDArray.of(new boolean[] {true}, 1);
    expect(
        new BroadcastInDim(Shape.of(2), IntList.of(0)),
        NDArray.of(new boolean[] {true, true}),
        bool);
  }

  static void permutations() {
    NDArray x = counting(2, 3);
    expect(new Transpose(IntList.of(1, 0)), floats(new double[] {0, 3, 1, 4, 2, 5}, 3, 2), x);
    expect(new Reverse(IntList.of(1)), floats(new double[] {2, 1, 0, 5, 4, 3}, 2, 3), x);
    expect(new Reverse(IntList.of(0, 1)), floats(new double[] {5, 4, 3, 2, 1, 0}, 2, 3), x);
    NDArray nine = counting(2, 1, 1, 1, 1, 1, 1, 1, 2);
    expect(
        new Reverse(IntList.of(0, 8)),
        floats(new double[] {3, 2, 1, 0}, 2, 1, 1, 1, 1, 1, 1, 1, 2),
        nine);
  }

  static void slices() {
    NDArray x = counting(4, 3);
    expect(
        new Slice(LongList.of(1, 0), LongList.of(3, 2), LongList.of(1, 1)),
        floats(new double[] {3, 4, 6, 7}, 2, 2),
        x);
    expect(
        new Slice(LongList.of(1, 0), LongList.of(Long.MAX_VALUE, 3), LongList.of(2, 2)),
        floats(new double[] {3, 5, 9, 11}, 2, 2),
        x);
    expect(new Slice(LongList.of(7, 0), LongList.of(9, 3), LongList.of(1, 1)), counting(0, 3), x);
    NDArray nine = counting(4, 1, 1, 1, 1, 1, 1, 1, 2);
    expect(
        new Slice(
            LongList.of(1, 0, 0, 0, 0, 0, 0, 0, 1),
            LongList.repeat(Long.MAX_VALUE, 9),
            LongList.of(2, 1, 1, 1, 1, 1, 1, 1, 1)),
        floats(new double[] {3, 7}, 2, 1, 1, 1, 1, 1, 1, 1, 1),
        nine);
  }

  static void paddings() {
    NDArray x = counting(2, 2);
    NDArray nine = NDArray.scalar(DType.FLOAT32, 9.0);
    LongList none = LongList.of(0, 0);
    expect(
        new Pad(LongList.of(1, 0), LongList.of(0, 1), none),
        floats(new double[] {9, 9, 9, 0, 1, 9, 2, 3, 9}, 3, 3),
        x,
        nine);
    expect(
        new Pad(none, none, LongList.of(0, 1)),
        floats(new double[] {0, 9, 1, 2, 9, 3}, 2, 3),
        x,
        nine);
    expect(
        new Pad(none, none, LongList.of(1, 0)),
        floats(new double[] {0, 1, 9, 9, 2, 3}, 3, 2),
        x,
        nine);
    expect(
        new Pad(LongList.of(-1, 0), LongList.of(1, -1), none),
        floats(new double[] {2, 9}, 2, 1),
        x,
        nine);
    expect(
        new Pad(LongList.of(0, 2), LongList.of(0, -3), none),
        floats(new double[] {9, 9}, 2, 1).reshape(2, 1),
        x,
        nine);
    NDArray seven = counting(1, 1, 1, 1, 1, 1, 2);
    expect(
        new Pad(
            LongList.of(1, 0, 0, 0, 0, 0, 0),
            LongList.of(0, 0, 0, 0, 0, 0, 1),
            LongList.repeat(0, 7)),
        floats(new double[] {9, 9, 9, 0, 1, 9}, 2, 1, 1, 1, 1, 1, 3),
        seven,
        nine);
    NDArray b = NDArray.of(new boolean[] {true});
    expect(
        new Pad(LongList.of(1), LongList.of(0), LongList.of(0)),
        NDArray.of(new boolean[] {false, true}),
        b,
        NDArray.scalar(DType.BOOL, 0L));
  }

  static void joins() {
    for (DType t : DType.values()) {
      if (t != DType.STRING) {
        NDArray a = array(t, new double[] {0, 1}, 1, 2);
        expect(new Concat(0), array(t, new double[] {0, 1, 0, 1}, 2, 2), a, a);
      }
    }
    NDArray x = counting(2, 2);
    expect(new Concat(1), floats(new double[] {0, 1, 0, 1, 2, 3, 2, 3}, 2, 4), x, x);
    expect(new Concat(0), x, x);
  }

  static void dynamicSlices() {
    NDArray x = counting(3, 4);
    NDArray at = NDArray.of(new int[] {1, 3});
    expect(new DynamicSlice(LongList.of(2, 2)), floats(new double[] {6, 7, 10, 11}, 2, 2), x, at);
    expect(
        new DynamicSlice(LongList.of(2, 2)),
        floats(new double[] {0, 1, 4, 5}, 2, 2),
        x,
        NDArray.of(new int[] {-5, -1}));
    NDArray u = floats(new double[] {50, 60}, 1, 2);
    NDArray e = counting(3, 4);
    e.setDouble(6, 50);
    e.setDouble(7, 60);
    expect(new DynamicUpdateSlice(), e, x, u, at);
    NDArray s = NDArray.scalar(DType.FLOAT32, 3.0);
    expect(
        new DynamicUpdateSlice(),
        s,
        NDArray.scalar(DType.FLOAT32, 1.0),
        s,
        NDArray.zeros(DType.INT32, Shape.of(0)));
  }

  static void sizesAndIdentities() {
    NDArray x = counting(3, 4);
    expect(new DimSize(0), NDArray.scalar(DType.INT32, 3L), x);
    expect(new DimSize(1), NDArray.scalar(DType.INT32, 4L), x);
    expect(new StopGradient(), x, x);
    expect(new Barrier(), List.of(x, counting(2)), x, counting(2));
  }

  static void philox() {
    for (int n : new int[] {1, 4, 7, 1000}) {
      NDArray key = NDArray.of(new int[] {0x9abcdef0, 0x12345678}).astype(DType.UINT32);
      NDArray expected = NDArray.zeros(DType.UINT32, Shape.of(n));
      for (int i = 0; i < n; i++) {
        expected.setLong(i, word(0x9abcdef0, 0x12345678, i));
      }
      expect(new RandomBits(Shape.of(n)), expected, key);
    }
    // the known answer for an all-zero key and counter
    NDArray zero = NDArray.zeros(DType.UINT32, Shape.of(2));
    NDArray known = NDArray.zeros(DType.UINT32, Shape.of(4));
    long[] words = {0x6627e8d5L, 0xe169c58dL, 0xbc57ac4cL, 0x9b00dbd8L};
    for (int i = 0; i < 4; i++) {
      known.setLong(i, words[i]);
    }
    expect(new RandomBits(Shape.of(4)), known, zero);
  }

  private static long word(int k0, int k1, int i) {
    int[] x = {i / 4, 0, 0, 0};
    for (int r = 0; r < 10; r++) {
      long p = (x[0] & 0xffffffffL) * 0xD2511F53L;
      long q = (x[2] & 0xffffffffL) * 0xCD9E8D57L;
      x = new int[] {(int) (q >>> 32) ^ x[1] ^ k0, (int) q, (int) (p >>> 32) ^ x[3] ^ k1, (int) p};
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    return x[i % 4] & 0xffffffffL;
  }
}
