package org.keras4j.tck.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.primitive.Reverse;
import org.keras4j.core.primitive.Slice;
import org.keras4j.core.primitive.StopGradient;
import org.keras4j.core.primitive.Transpose;

final class ShapeExamples {
  private ShapeExamples() {}

  static void add(Primitives to) {
    to.on("constantsOfAllSizes", ShapeExamples::constantsOfAllSizes);
    to.on("iota", ShapeExamples::iota);
    to.on("moves", ShapeExamples::moves);
    to.on("slices", ShapeExamples::slices);
    to.on("pads", ShapeExamples::pads);
    to.on("sizesGivenAsInputs", ShapeExamples::sizesGivenAsInputs);
  }

  private static final NDArray X = Runs.floats(new double[] {0, 1, 2, 3, 4, 5}, 2, 3);

  static void constantsOfAllSizes() {
    assertEquals(X, Runs.one(new ArrayConstant(X)));
    NDArray big = Runs.ramp(40, 30);
    assertEquals(big, Runs.one(new ArrayConstant(big)));
    for (DType t : DType.values()) {
      if (Runs.computes(t)) {
        NDArray a = X.astype(t);
        assertEquals(a, Runs.one(new ArrayConstant(a)));
        NDArray same = NDArray.zeros(t, Shape.of(3, 2));
        assertEquals(same, Runs.one(new ArrayConstant(same)));
      }
    }
    NDArray odd = NDArray.of(new float[] {Float.NaN, -0f, Float.NEGATIVE_INFINITY, 1e-42f});
    assertEquals(odd, Runs.one(new ArrayConstant(odd)));
    for (int i = 0; i < 4; i++) {
      NDArray scalar = NDArray.scalar(DType.FLOAT32, odd.getDouble(i));
      assertEquals(scalar, Runs.one(new ArrayConstant(scalar)));
    }
  }

  static void iota() {
    Runs.exact(Runs.one(new Iota(Shape.of(2, 3), 1, DType.INT32)), 0, 1, 2, 0, 1, 2);
    Runs.exact(Runs.one(new Iota(Shape.of(2, 3), 0, DType.UINT8)), 0, 0, 0, 1, 1, 1);
    Runs.close(0, Runs.one(new Iota(Shape.of(3), 0, DType.BFLOAT16)), 0, 1, 2);
    Runs.exact(Runs.one(new Iota(Shape.of(3), 0, DType.BOOL)), false, true, true);
    assertEquals(0, Runs.one(new Iota(Shape.of(0), 0, DType.INT64)).size());
  }

  static void moves() {
    Runs.close(0, Runs.one(new ReshapeTo(Shape.of(3, -1)), X), 0, 1, 2, 3, 4, 5);
    Runs.close(0, Runs.one(new Transpose(IntList.of(1, 0)), X), 0, 3, 1, 4, 2, 5);
    Runs.close(0, Runs.one(new Reverse(IntList.of(1)), X), 2, 1, 0, 5, 4, 3);
    Runs.close(0, Runs.one(new Reverse(IntList.of(0, 1)), X), 5, 4, 3, 2, 1, 0);
    Runs.close(0, Runs.one(new StopGradient(), X), 0, 1, 2, 3, 4, 5);
    assertEquals(2, Runs.all(new Barrier(), X, X).size());
    Runs.exact(Runs.one(new DimSize(1), X), 3);
    NDArray v = Runs.floats(new double[] {1, 2});
    Runs.close(0, Runs.one(new BroadcastInDim(Shape.of(2, 3), IntList.of(0)), v), 1, 1, 1, 2, 2, 2);
    Runs.close(
        0, Runs.one(new Concat(1), X, X, X.reshape(2, 3)).slice(0, 1), 0, 1, 2, 0, 1, 2, 0, 1, 2);
  }

  static void slices() {
    Slice s = new Slice(LongList.of(0, 0), LongList.of(Long.MAX_VALUE, 3), LongList.of(1, 2));
    Runs.close(0, Runs.one(s, X), 0, 2, 3, 5);
    Slice beyond = new Slice(LongList.of(5, 0), LongList.of(9, 3), LongList.of(1, 1));
    assertEquals(Shape.of(0, 3), Runs.one(beyond, X).shape());
    NDArray at = NDArray.of(new int[] {1, 7});
    Runs.close(0, Runs.one(new DynamicSlice(LongList.of(1, 2)), X, at), 4, 5);
    NDArray u = Runs.floats(new double[] {8, 9}, 1, 2);
    Runs.close(0, Runs.one(new DynamicUpdateSlice(), X, u, at), 0, 1, 2, 3, 8, 9);
  }

  static void pads() {
    NDArray nine = NDArray.scalar(DType.FLOAT32, 9.0);
    Pad p = new Pad(LongList.of(1, 0), LongList.of(0, -1), LongList.of(0, 1));
    Runs.close(0, Runs.one(p, X, nine), 9, 9, 9, 9, 0, 9, 1, 9, 3, 9, 4, 9);
    Pad crop = new Pad(LongList.of(-1, -1), LongList.of(0, 0), LongList.of(0, 0));
    Runs.close(0, Runs.one(crop, X, nine), 4, 5);
    Pad none = new Pad(LongList.of(-1, 0), LongList.of(-1, 0), LongList.of(0, 0));
    assertEquals(Shape.of(0, 3), Runs.one(none, X, nine).shape());
  }

  static void sizesGivenAsInputs() {
    NDArray two = NDArray.scalar(DType.INT32, 2L);
    NDArray three = NDArray.scalar(DType.INT32, 3L);
    assertEquals(
        Shape.of(3, 2), eager(new ReshapeTo(Shape.of(-1, -1)), X, three, two).shape());
    assertEquals(Shape.of(3, 2), eager(new ReshapeTo(Shape.of(-1, 2)), X, three).shape());
    Runs.exact(eager(new Iota(Shape.of(-1), 0, DType.INT32), three), 0, 1, 2);
    NDArray v = Runs.floats(new double[] {1, 2});
    BroadcastInDim rows = new BroadcastInDim(Shape.of(-1, 2), IntList.of(1));
    Runs.close(0, eager(rows, v, three), 1, 2, 1, 2, 1, 2);
  }

  private static NDArray eager(org.keras4j.core.primitive.Primitive p, NDArray... in) {
    var specs = java.util.Arrays.stream(in).map(NDArray::spec).toList();
    return Runs.download(Runs.backend().execute(p, Runs.upload(in), p.infer(specs)))
        .get(0);
  }
}
