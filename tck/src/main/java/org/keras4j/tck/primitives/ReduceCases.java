package org.keras4j.tck.primitives;

import static org.keras4j.core.DType.*;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.primitive.ArgReduce;
import org.keras4j.core.primitive.Cumulative;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Reduce;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.Sort;
import org.keras4j.core.primitive.TopK;

final class ReduceCases {
  private ReduceCases() {}

  static void add(Primitives to) {
    to.on("reduceNumbers", ReduceCases::reduceNumbers);
    to.on("reduceBools", ReduceCases::reduceBools);
    to.on("argReduce", ReduceCases::argReduce);
    to.on("cumulative", ReduceCases::cumulative);
    to.on("sorting", ReduceCases::sorting);
  }

  private static final List<DType> NUMBERS = List.of(
      INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, FLOAT16, BFLOAT16, FLOAT32,
      FLOAT64);
  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;

  private static long[] d(long... dims) {
    return dims;
  }

  private static NDArray a(DType t, long[] dims, long... values) {
    return ShapeCases.a(t, dims, values);
  }

  private static NDArray f(long[] dims, float... values) {
    return NDArray.of(values, values.length).reshape(dims);
  }

  static void reduceNumbers() {
    for (DType t : NUMBERS) {
      NDArray x = a(t, d(2, 3), 1, 2, 3, 4, 5, 6);
      Runs.check(new Reduce(ReduceKind.SUM, IntList.of(1)), List.of(x), a(t, d(2), 6, 15));
      Runs.check(new Reduce(ReduceKind.SUM, IntList.of(0, 1)), List.of(x), a(t, d(), 21));
      Runs.check(new Reduce(ReduceKind.SUM, IntList.of()), List.of(x), x);
      Runs.check(new Reduce(ReduceKind.PROD, IntList.of(0)), List.of(x), a(t, d(3), 4, 10, 18));
      Runs.check(
          new Reduce(ReduceKind.PROD, IntList.of(0, 1)),
          List.of(a(t, d(2, 2), 1, 2, 3, 4)),
          a(t, d(), 24));
      Runs.check(new Reduce(ReduceKind.MAX, IntList.of(1)), List.of(x), a(t, d(2), 3, 6));
      Runs.check(new Reduce(ReduceKind.MIN, IntList.of(0)), List.of(x), a(t, d(3), 1, 2, 3));
      NDArray empty = a(t, d(0, 2));
      Runs.check(new Reduce(ReduceKind.SUM, IntList.of(0)), List.of(empty), a(t, d(2), 0, 0));
      Runs.check(new Reduce(ReduceKind.PROD, IntList.of(0)), List.of(empty), a(t, d(2), 1, 1));
      if (t.isInteger()) {
        Runs.check(new Reduce(ReduceKind.AND, IntList.of(1)), List.of(x), a(t, d(2), 0, 4));
        Runs.check(new Reduce(ReduceKind.OR, IntList.of(0, 1)), List.of(x), a(t, d(), 7));
        Runs.check(new Reduce(ReduceKind.OR, IntList.of(0)), List.of(x), a(t, d(3), 5, 7, 7));
        Runs.check(new Reduce(ReduceKind.AND, IntList.of(0)), List.of(empty), a(t, d(2), -1, -1));
      }
      if (t.isUnsigned()) {
        Runs.check(
            new Reduce(ReduceKind.MAX, IntList.of(0)),
            List.of(a(t, d(3), 5, -1, 7)),
            a(t, d(), -1));
        Runs.check(
            new Reduce(ReduceKind.MIN, IntList.of(0)), List.of(a(t, d(3), 5, -1, 7)), a(t, d(), 5));
        Runs.check(new Reduce(ReduceKind.MAX, IntList.of(0)), List.of(empty), a(t, d(2), 0, 0));
        Runs.check(new Reduce(ReduceKind.MIN, IntList.of(0)), List.of(empty), a(t, d(2), -1, -1));
      }
    }
    Runs.check(new Reduce(ReduceKind.MAX, IntList.of(0)), List.of(f(d(0, 1))), f(d(1), -INF));
    Runs.check(new Reduce(ReduceKind.MAX, IntList.of(0)), List.of(f(d(3), 1, NAN, 2)), f(d(), NAN));
    Runs.check(new Reduce(ReduceKind.MIN, IntList.of(0)), List.of(f(d(3), 1, NAN, 2)), f(d(), NAN));
    Runs.check(
        new Reduce(ReduceKind.MIN, IntList.of(0)),
        List.of(a(INT32, d(0))),
        a(INT32, d(), Integer.MAX_VALUE));
    Runs.check(
        new Reduce(ReduceKind.SUM, IntList.of(0)),
        List.of(a(COMPLEX64, d(2), 1, 2)),
        a(COMPLEX64, d(), 3));
    Runs.check(
        new Reduce(ReduceKind.PROD, IntList.of(0)),
        List.of(a(COMPLEX64, d(2), 3, 2)),
        a(COMPLEX64, d(), 6));
  }

  static void reduceBools() {
    NDArray x = a(BOOL, d(2, 2), 1, 0, 1, 1);
    for (ReduceKind any : List.of(ReduceKind.OR, ReduceKind.MAX)) {
      Runs.check(new Reduce(any, IntList.of(0)), List.of(x), a(BOOL, d(2), 1, 1));
      Runs.check(new Reduce(any, IntList.of(0)), List.of(a(BOOL, d(0))), a(BOOL, d(), 0));
    }
    for (ReduceKind all : List.of(ReduceKind.AND, ReduceKind.MIN)) {
      Runs.check(new Reduce(all, IntList.of(0, 1)), List.of(x), a(BOOL, d(), 0));
      Runs.check(new Reduce(all, IntList.of(1)), List.of(x), a(BOOL, d(2), 0, 1));
      Runs.check(new Reduce(all, IntList.of(0)), List.of(a(BOOL, d(0))), a(BOOL, d(), 1));
    }
  }

  static void argReduce() {
    for (DType t : NUMBERS) {
      NDArray x = a(t, d(2, 4), 1, 7, 7, 2, 3, 0, 0, 5);
      Runs.check(new ArgReduce(true, 1), List.of(x), a(INT32, d(2), 1, 3));
      Runs.check(new ArgReduce(false, 1), List.of(x), a(INT32, d(2), 0, 1));
      Runs.check(new ArgReduce(true, 0), List.of(x), a(INT32, d(4), 1, 0, 0, 1));
    }
    Runs.check(new ArgReduce(true, 0), List.of(a(UINT32, d(2), 1, 0xffffffffL)), a(INT32, d(), 1));
    Runs.check(new ArgReduce(true, 0), List.of(f(d(4), 1, NAN, INF, NAN)), a(INT32, d(), 1));
    Runs.check(new ArgReduce(false, 0), List.of(f(d(3), 1, NAN, -INF)), a(INT32, d(), 1));
    Runs.check(new ArgReduce(true, 0), List.of(a(BOOL, d(3), 0, 1, 1)), a(INT32, d(), 1));
  }

  static void cumulative() {
    for (DType t : NUMBERS) {
      NDArray x = a(t, d(2, 3), 1, 3, 2, 4, 1, 5);
      Runs.check(
          new Cumulative(CumulativeKind.SUM, 1, false),
          List.of(x),
          a(t, d(2, 3), 1, 4, 6, 4, 5, 10));
      Runs.check(
          new Cumulative(CumulativeKind.SUM, 1, true),
          List.of(x),
          a(t, d(2, 3), 6, 5, 2, 10, 6, 5));
      Runs.check(
          new Cumulative(CumulativeKind.PROD, 1, false),
          List.of(x),
          a(t, d(2, 3), 1, 3, 6, 4, 4, 20));
      Runs.check(
          new Cumulative(CumulativeKind.MAX, 1, false),
          List.of(x),
          a(t, d(2, 3), 1, 3, 3, 4, 4, 5));
      Runs.check(
          new Cumulative(CumulativeKind.MIN, 0, true), List.of(x), a(t, d(2, 3), 1, 1, 2, 4, 1, 5));
    }
    Runs.check(
        new Cumulative(CumulativeKind.MAX, 0, false),
        List.of(f(d(3), 1, NAN, 2)),
        f(d(3), 1, NAN, NAN));
    Runs.check(new Cumulative(CumulativeKind.SUM, 0, false), List.of(f(d(0))), f(d(0)));
  }

  static void sorting() {
    for (DType t : NUMBERS) {
      NDArray x = a(t, d(2, 3), 3, 1, 2, 5, 5, 0);
      Runs.check(new Sort(1, false), List.of(x), a(t, d(2, 3), 1, 2, 3, 0, 5, 5));
      Runs.check(new Sort(1, true), List.of(x), a(t, d(2, 3), 3, 2, 1, 5, 5, 0));
      NDArray payload = a(INT32, d(2, 3), 0, 1, 2, 0, 1, 2);
      Runs.check(
          new Sort(1, true),
          List.of(x, payload),
          a(t, d(2, 3), 3, 2, 1, 5, 5, 0),
          a(INT32, d(2, 3), 0, 2, 1, 0, 1, 2));
      Runs.check(new Sort(0, false), List.of(x), a(t, d(2, 3), 3, 1, 0, 5, 5, 2));
      Runs.check(new TopK(2), List.of(x), a(t, d(2, 2), 3, 2, 5, 5), a(INT32, d(2, 2), 0, 2, 0, 1));
    }
    NDArray nan = f(d(4), 2, NAN, 1, 3);
    Runs.check(new Sort(0, false), List.of(nan), f(d(4), 1, 2, 3, NAN));
    Runs.check(new Sort(0, true), List.of(nan), f(d(4), 3, 2, 1, NAN));
    Runs.check(new Sort(0, false), List.of(a(BOOL, d(3), 1, 0, 1)), a(BOOL, d(3), 0, 1, 1));
    Runs.check(new Sort(0, true), List.of(a(UINT64, d(3), 1, -1, 5)), a(UINT64, d(3), -1, 5, 1));
  }
}
