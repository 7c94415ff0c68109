package org.keras4j.tck.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.keras4j.tck.autodiff.GradientCheck.between;
import static org.keras4j.tck.autodiff.GradientCheck.check;
import static org.keras4j.tck.autodiff.GradientCheck.random;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.*;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.Fft.FftKind;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.ReduceWindow.WindowKind;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.types.Scanned;

/** A batch at once gives what its elements give one by one, whichever inputs belong to the batch. */
class BatchingTest {
  private static final int N = 3;

  private static NDArray ints(int below, int seed, long... dims) {
    double[] v = between(0, below, seed, dims).toDoubleArray();
    int[] out = new int[v.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) v[i];
    }
    return NDArray.of(out, dims);
  }

  private static LongList l(long... v) {
    return LongList.of(v);
  }

  private static Arguments of(Primitive p, NDArray... in) {
    return Arguments.of(p, in);
  }

  private static Window window() {
    return new Window(l(2, 2), l(2, 1), l(1, 1), l(0, 1), l(0, 0));
  }

  private static NDArray bools(int seed, long... dims) {
    double[] v = random(seed, dims).toDoubleArray();
    boolean[] out = new boolean[v.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = v[i] > 0;
    }
    return NDArray.of(out, dims);
  }

  private static NDArray scalar(double x) {
    return NDArray.scalar(DType.FLOAT64, x);
  }

  static Stream<Arguments> primitives() {
    ConvAttributes conv = new ConvAttributes(l(2), l(1), l(0), l(1), 1);
    ConvAttributes grouped = new ConvAttributes(l(1), l(0), l(0), l(1), 2);
    return Stream.of(
        of(new Unary(UnaryKind.EXP), random(1, 2)),
        of(new Binary(BinaryKind.SUB), random(1, 2, 3), random(2, 3)),
        of(new Binary(BinaryKind.DIV), random(1), random(2, 2, 2)),
        of(new Compare(Compare.Direction.LT), random(1, 3), random(2, 2, 1)),
        of(new Select(), bools(1, 3), random(2, 2, 3), random(3, 1)),
        of(new Convert(DType.INT32), random(1, 2)),
        of(new Bitcast(DType.INT64), random(1, 2)),
        of(new ReshapeTo(Shape.of(3, 2)), random(1, 2, 3)),
        of(new BroadcastInDim(Shape.of(4, 2, 3), IntList.of(0, 2)), random(1, 1, 3)),
        of(new Transpose(IntList.of(2, 0, 1)), random(1, 2, 3, 4)),
        of(new Reverse(IntList.of(1)), random(1, 2, 3)),
        of(new Slice(l(1, 0), l(2, 3), l(1, 2)), random(1, 2, 3)),
        of(new Pad(l(1, -1), l(0, 2), l(1, 0)), random(1, 2, 3), scalar(7)),
        of(new Concat(1), random(1, 2, 1), random(2, 2, 3)),
        of(new DynamicSlice(l(1, 2)), random(1, 2, 4), ints(3, 2, 2)),
        of(new DynamicUpdateSlice(), random(1, 2, 4), random(2, 1, 2), ints(3, 3, 2)),
        of(new Take(0, Take.OutOfBounds.CLIP), random(1, 3, 2), ints(4, 2, 2, 2)),
        of(new Take(1, Take.OutOfBounds.CLIP), random(1, 2, 3, 2), ints(3, 2, 2, 2)),
        of(new Take(2, Take.OutOfBounds.FILL), random(1, 2, 3, 2), ints(3, 2)),
        of(new GatherNd(0), random(1, 2, 3), ints(2, 2, 4, 2)),
        of(new GatherNd(1), random(1, 2, 3), ints(2, 2, 2, 1)),
        of(new ScatterNd(ScatterKind.ADD), random(1, 4), ints(4, 2, 3, 1), random(3, 3)),
        of(new Reduce(ReduceKind.MAX, IntList.of(0, 2)), random(1, 2, 3, 2)),
        of(new ArgReduce(true, 1), random(1, 2, 3)),
        of(new Cumulative(CumulativeKind.SUM, 0, true), random(1, 3)),
        of(new ReduceWindow(WindowKind.SUM, window()), random(1, 4, 3)),
        of(new WindowSelectAdd(window()), random(1, 4, 3), random(2, 2, 3)),
        of(
            new DotGeneral(IntList.of(1), IntList.of(0), IntList.of(0), IntList.of(2), null),
            random(1, 3, 2, 4),
            random(2, 2, 5, 3)),
        of(new Conv(conv), random(1, 2, 4, 2), random(2, 2, 2, 3)),
        of(new Conv(grouped), random(1, 2, 4, 4), random(2, 2, 2, 6)),
        of(new ConvInputGrad(conv, Shape.of(2, 4, 2)), random(1, 2, 2, 3), random(2, 2, 2, 3)),
        of(new ConvKernelGrad(conv, Shape.of(2, 2, 3)), random(1, 2, 4, 2), random(2, 2, 2, 3)),
        of(new Sort(1, true), random(1, 2, 3), random(2, 2, 3)),
        of(new TopK(2), random(1, 2, 4)),
        of(new Fft(FftKind.RFFT, l(4)), random(1, 2, 4)),
        of(new TriangularSolve(true, false, true), random(1, 3, 3), random(2, 3, 2)),
        of(new Lu(), random(1, 3, 3)),
        of(new Svd(false), random(1, 3, 2)),
        of(new RandomBits(Shape.of(3)), NDArray.of(new int[] {1, 2}, 2).astype(DType.UINT32)),
        of(
            new HostCall(
                "twice",
                List.of(TensorSpec.of(DType.FLOAT64, 2)),
                a -> List.of(NDArray.of(
                    new double[] {2 * a.get(0).getDouble(0), 2 * a.get(0).getDouble(1)}, 2))),
            random(1, 2)),
        of(new Barrier(), random(1, 2), random(2, 3)));
  }

  /** Slices of a batch of inputs that differ a little. */
  private static NDArray batch(NDArray a) {
    List<Tensor> rows = new ArrayList<>();
    for (int i = 0; i < N; i++) {
      Tensor t = Engine.constant(a);
      rows.add(Prims.expandDims(
          a.dtype().isFloat()
              ? Prims.mul(t, 1 + 0.25 * i)
              : a.dtype().isBool() || i == 0 ? t : Prims.reverse(t, 0),
          0));
    }
    return Prims.concat(rows, 0).toNDArray();
  }

  @ParameterizedTest
  @MethodSource
  void primitives(Primitive p, NDArray[] in) {
    for (int which = 1; which < 1 << in.length; which++) {
      List<NDArray> given = new ArrayList<>();
      List<Tensor> batched = new ArrayList<>();
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < in.length; i++) {
        boolean each = (which >> i & 1) == 1;
        given.add(each ? batch(in[i]) : in[i]);
        if (each) {
          places.add(i);
          batched.add(Engine.constant(given.get(i)));
        }
      }
      Function<List<Tensor>, List<Tensor>> f = x -> {
        Tensor[] args = new Tensor[in.length];
        for (int i = 0; i < args.length; i++) {
          int at = places.indexOf(i);
          args[i] = at >= 0 ? x.get(at) : Engine.constant(given.get(i));
        }
        return Engine.bind(p, List.of(args));
      };
      List<Tensor> all = Ops.vectorizedMap(f, batched);
      for (int k = 0; k < N; k++) {
        int at = k;
        List<Tensor> one = f.apply(batched.stream()
            .map(t -> Prims.reshape(Prims.slice(t, 0, at, at + 1), t.shape().slice(1)))
            .toList());
        for (int r = 0; r < one.size(); r++) {
          Tensor part = Prims.slice(all.get(r), 0, k, k + 1);
          assertEquals(one.get(r).spec(), part.spec().withShape(part.shape().slice(1)));
          assertArrayEquals(
              numbers(one.get(r)), numbers(part), 1e-9, "element " + k + ", inputs " + places);
        }
      }
    }
  }

  private static double[] numbers(Tensor t) {
    NDArray a = t.toNDArray();
    double[] out = new double[2 * a.size()];
    for (int i = 0; i < a.size(); i++) {
      out[2 * i] = a.getDouble(i);
      out[2 * i + 1] = a.dtype().isComplex() ? a.getImaginary(i) : 0;
    }
    return out;
  }

  @Test
  void branchesByElement() {
    Tensor x = Engine.constant(NDArray.of(new double[] {-1, 2, -3}, 3));
    Tensor y = Ops.vectorizedMap(
        (Tensor e) ->
            Ops.<Tensor>cond(Ops.greater(e, 0), () -> Ops.multiply(e, 10), () -> Ops.negative(e)),
        x);
    assertArrayEquals(new double[] {1, 20, 3}, y.toNDArray().toDoubleArray());
  }

  @Test
  void loopsByElement() {
    // each element doubles until it passes 100
    Tensor x = Engine.constant(NDArray.of(new double[] {1, 30, 200}, 3));
    Tensor y = Ops.vectorizedMap(
        (Tensor e) -> Ops.whileLoop(v -> Ops.less(v, 100), v -> Ops.multiply(v, 2), e), x);
    assertArrayEquals(new double[] {128, 120, 200}, y.toNDArray().toDoubleArray());
  }

  @Test
  void scansByElement() {
    Tensor seq = Engine.constant(random(1, 4));
    check(
        in -> {
          return Ops.vectorizedMap(
              (List<Tensor> e) -> {
                Scanned<Tensor, Tensor> r = Ops.scan(
                    (Tensor c, List<Tensor> s) -> new Scanned<>(
                        Ops.sin(Ops.add(Ops.multiply(c, s.get(0)), s.get(1))),
                        Ops.square(s.get(1))),
                    e.get(0),
                    List.of(e.get(1), seq));
                return List.of(r.carry(), r.output());
              },
              List.of(in.get(0), in.get(1)));
        },
        random(2, 3),
        random(3, 3, 4));
  }

  @Test
  void perElementGradients() {
    Tensor w = Engine.constant(random(1, 2));
    Tensor x = Engine.constant(random(2, 3, 2));
    Tensor g = Ops.vectorizedMap(
        (Tensor e) -> org.keras4j.ops.grad.Grad.valueAndGrad(
                v -> Ops.square(Ops.sum(Ops.multiply(v, e))), w)
            .grads()
            .get(0),
        x);
    Tensor expected =
        Ops.multiply(Ops.expandDims(Ops.multiply(Ops.sum(Ops.multiply(w, x), 1), 2), 1), x);
    assertArrayEquals(expected.toNDArray().toDoubleArray(), g.toNDArray().toDoubleArray(), 1e-12);
  }

  @Test
  void wrongElements() {
    assertThrows(
        IllegalArgumentException.class, () -> Ops.vectorizedMap((Object e) -> e, List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> Ops.vectorizedMap(
            (List<Tensor> e) -> e.get(0),
            List.of(Ops.zeros(new int[] {2}), Ops.zeros(new int[] {3}))));
  }
}
