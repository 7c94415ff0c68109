package org.keras4j.tck.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.keras4j.core.DType.*;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
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
import org.keras4j.core.primitive.Transpose;

final class ShapeCases {
  private ShapeCases() {}

  static void add(Primitives to) {
    to.on("creation", ShapeCases::creation);
    to.on("randomBits", ShapeCases::randomBits);
    to.on("moving", ShapeCases::moving);
    to.on("broadcastOfABroadcast", ShapeCases::broadcastOfABroadcast);
    to.on("padValuesAndEdges", ShapeCases::padValuesAndEdges);
    to.on("dynamic", ShapeCases::dynamic);
  }

  private static final List<DType> ALL = List.of(
      BOOL,
      INT8,
      INT16,
      INT32,
      INT64,
      UINT8,
      UINT16,
      UINT32,
      UINT64,
      FLOAT16,
      BFLOAT16,
      FLOAT32,
      FLOAT64,
      COMPLEX64,
      COMPLEX128);

  /** An array of a dtype from longs. */
  static NDArray a(DType t, long[] dims, long... values) {
    NDArray out = NDArray.zeros(t, Shape.of(dims));
    for (int i = 0; i < values.length; i++) {
      out.setLong(i, values[i]);
    }
    return out;
  }

  private static long[] d(long... dims) {
    return dims;
  }

  private static NDArray f(long[] dims, float... values) {
    return NDArray.of(values, values.length).reshape(dims);
  }

  static void creation() {
    for (DType t : ALL) {
      NDArray v = a(t, d(2, 1), 1, 0);
      Runs.check(new ArrayConstant(v), List.of(), v);
      if (!t.isBool()) {
        Runs.check(new Iota(Shape.of(2, 3), 1, t), List.of(), a(t, d(2, 3), 0, 1, 2, 0, 1, 2));
        Runs.check(new Iota(Shape.of(2, 3), 0, t), List.of(), a(t, d(2, 3), 0, 0, 0, 1, 1, 1));
        Runs.check(new Iota(Shape.of(3), 0, t), List.of(), a(t, d(3), 0, 1, 2));
        Runs.check(new Iota(Shape.of(0), 0, t), List.of(), a(t, d(0)));
      }
    }
    Runs.check(
        new ArrayConstant(NDArray.scalar(FLOAT32, Double.NaN)),
        List.of(),
        NDArray.scalar(FLOAT32, Double.NaN));
    Runs.check(
        new ArrayConstant(NDArray.scalar(INT64, Long.MIN_VALUE)),
        List.of(),
        NDArray.scalar(INT64, Long.MIN_VALUE));
  }

  static void randomBits() {
    // known answers of Philox 4x32-10 for counter 0 with key 0, and the all-ones key by
    // construction
    NDArray zero = a(UINT32, d(2), 0, 0);
    Runs.check(
        new RandomBits(Shape.of(2, 3)),
        List.of(zero),
        a(
            UINT32,
            d(2, 3),
            0x6627e8d5L,
            0xe169c58dL,
            0xbc57ac4cL,
            0x9b00dbd8L,
            Runs.eager(new RandomBits(Shape.of(6)), zero).get(0).getLong(4),
            Runs.eager(new RandomBits(Shape.of(6)), zero).get(0).getLong(5)));
    NDArray big = Runs.eager(new RandomBits(Shape.of(200001)), a(UINT32, d(2), 7, 0xffffffffL))
        .get(0);
    NDArray small = Runs.eager(new RandomBits(Shape.of(70000)), a(UINT32, d(2), 7, 0xffffffffL))
        .get(0);
    for (int i = 0; i < small.size(); i++) {
      org.junit.jupiter.api.Assertions.assertEquals(small.getLong(i), big.getLong(i));
    }
    Runs.check(new RandomBits(Shape.of(0)), List.of(zero), a(UINT32, d(0)));
  }

  static void moving() {
    for (DType t : ALL) {
      NDArray x = a(t, d(2, 3), 1, 0, 1, 1, 1, 0);
      Runs.check(new ReshapeTo(Shape.of(3, 2)), List.of(x), x.reshape(3, 2));
      Runs.check(new ReshapeTo(Shape.of(6)), List.of(x), x.reshape(6));
      Runs.check(new Transpose(IntList.of(1, 0)), List.of(x), a(t, d(3, 2), 1, 1, 0, 1, 1, 0));
      Runs.check(new Reverse(IntList.of(1)), List.of(x), a(t, d(2, 3), 1, 0, 1, 0, 1, 1));
      Runs.check(new Reverse(IntList.of()), List.of(x), x);
      Runs.check(
          new BroadcastInDim(Shape.of(2, 2, 3), IntList.of(1, 2)),
          List.of(x),
          a(t, d(2, 2, 3), 1, 0, 1, 1, 1, 0, 1, 0, 1, 1, 1, 0));
      Runs.check(
          new BroadcastInDim(Shape.of(2, 3, 2), IntList.of(0, 1)),
          List.of(x),
          a(t, d(2, 3, 2), 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0));
      Runs.check(
          new BroadcastInDim(Shape.of(2, 2), IntList.of()),
          List.of(a(t, d(), 1)),
          a(t, d(2, 2), 1, 1, 1, 1));
      Runs.check(
          new Slice(LongList.of(0, 1), LongList.of(2, Long.MAX_VALUE), LongList.of(1, 1)),
          List.of(x),
          a(t, d(2, 2), 0, 1, 1, 0));
      Runs.check(
          new Slice(LongList.of(1, 0), LongList.of(2, 3), LongList.of(1, 2)),
          List.of(x),
          a(t, d(1, 2), 1, 0));
      Runs.check(new Concat(0), List.of(x, x), a(t, d(4, 3), 1, 0, 1, 1, 1, 0, 1, 0, 1, 1, 1, 0));
      Runs.check(new Concat(1), List.of(x), x);
      NDArray zero = a(t, d(), 0);
      Runs.check(
          new Pad(LongList.of(1, 0), LongList.of(0, 1), LongList.of(0, 0)),
          List.of(x, zero),
          a(t, d(3, 4), 0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0));
      Runs.check(
          new Pad(LongList.of(0, 0), LongList.of(0, 0), LongList.of(1, 2)),
          List.of(x, zero),
          a(t, d(3, 7), 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0));
      Runs.check(
          new Pad(LongList.of(-1, 0), LongList.of(0, -2), LongList.of(0, 0)),
          List.of(x, zero),
          a(t, d(1, 1), 1));
      Runs.check(new DimSize(1), List.of(x), a(INT32, d(), 3));
    }
  }

  static void broadcastOfABroadcast() {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(TensorSpec.of(FLOAT32, 3));
    Value y = b.input(TensorSpec.of(FLOAT32));
    Value scalars = b.add1(new BroadcastInDim(Shape.of(2, 3), IntList.of()), y);
    Value rows = b.add1(new BroadcastInDim(Shape.of(2, 3), IntList.of(1)), x);
    IntList middle = IntList.of(0, 2);
    Graph g = b.build(List.of(
        b.add1(new BroadcastInDim(Shape.of(2, 2, 3), middle), scalars),
        b.add1(new BroadcastInDim(Shape.of(2, 2, 3), middle), rows),
        b.add1(new BroadcastInDim(Shape.of(2, 3, 2), IntList.of(0, 1)), rows)));
    List<NDArray> out = Runs.run(g, f(d(3), 1, 2, 3), f(d(), 7));
    assertEquals(f(d(2, 2, 3), 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7), out.get(0));
    assertEquals(f(d(2, 2, 3), 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3), out.get(1));
    assertEquals(f(d(2, 3, 2), 1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3), out.get(2));
  }

  static void padValuesAndEdges() {
    NDArray x = f(d(3), 1, 2, 3);
    Runs.check(
        new Pad(LongList.of(1), LongList.of(-1), LongList.of(1)),
        List.of(x, NDArray.scalar(FLOAT32, 9.0)),
        f(d(5), 9, 1, 9, 2, 9));
    Runs.check(
        new Pad(LongList.of(1), LongList.of(1), LongList.of(0)),
        List.of(x, NDArray.scalar(FLOAT32, Double.NEGATIVE_INFINITY)),
        f(d(5), Float.NEGATIVE_INFINITY, 1, 2, 3, Float.NEGATIVE_INFINITY));
    Runs.check(
        new Pad(LongList.of(2), LongList.of(1), LongList.of(3)),
        List.of(f(d(0)), NDArray.scalar(FLOAT32, 5.0)),
        f(d(3), 5, 5, 5));
    Runs.check(
        new Pad(LongList.of(1), LongList.of(1), LongList.of(0)),
        List.of(a(UINT32, d(1), 0xffffffffL), a(UINT32, d(), 0xfffffffeL)),
        a(UINT32, d(3), 0xfffffffeL, 0xffffffffL, 0xfffffffeL));
    Runs.check(new Slice(LongList.of(5), LongList.of(7), LongList.of(1)), List.of(x), f(d(0)));
  }

  static void dynamic() {
    NDArray x = f(d(3, 4), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    Runs.check(
        new DynamicSlice(LongList.of(2, 2)),
        List.of(x, a(INT32, d(2), 1, 1)),
        f(d(2, 2), 5, 6, 9, 10));
    // starts are clamped
    Runs.check(
        new DynamicSlice(LongList.of(2, 2)),
        List.of(x, a(INT32, d(2), 9, -5)),
        f(d(2, 2), 4, 5, 8, 9));
    Runs.check(
        new DynamicSlice(LongList.of(3, 1)),
        List.of(x, a(INT32, d(2), 2, 2)),
        f(d(3, 1), 2, 6, 10));
    Runs.check(
        new DynamicUpdateSlice(),
        List.of(x, f(d(1, 2), 100, 200), a(INT32, d(2), 2, 9)),
        f(d(3, 4), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 200));
    Runs.check(
        new DynamicUpdateSlice(),
        List.of(x, f(d(1, 2), 100, 200), a(INT32, d(2), -1, 1)),
        f(d(3, 4), 0, 100, 200, 3, 4, 5, 6, 7, 8, 9, 10, 11));
    NDArray scalar = f(d(), 3);
    Runs.check(new DynamicSlice(LongList.of()), List.of(scalar, a(INT32, d(0))), scalar);
  }
}
