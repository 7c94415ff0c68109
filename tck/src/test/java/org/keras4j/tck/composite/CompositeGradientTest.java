package org.keras4j.tck.composite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.LongList;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.arguments.SpatialPadding;
import org.keras4j.ops.internal.composite.ActivationComposites;
import org.keras4j.ops.internal.composite.AffineComposites;
import org.keras4j.ops.internal.composite.AttentionComposites;
import org.keras4j.ops.internal.composite.BatchNormalizationComposites;
import org.keras4j.ops.internal.composite.CrossEntropyComposites;
import org.keras4j.ops.internal.composite.NormalizationComposites;
import org.keras4j.ops.internal.composite.PoolingComposites;
import org.keras4j.ops.internal.composite.RecurrentComposites;
import org.keras4j.ops.internal.composite.SoftmaxComposites;
import org.keras4j.ops.random.RandomOps;

/**
 * The backward part of each composite gives, in float64, what differentiating its body gives, and so do
 * the kernels that the backend claims it with.
 */
class CompositeGradientTest {
  private static final double TOLERANCE = 1e-9;

  @AfterEach
  void restore() {
    Keras.setClaims(true);
  }

  private static Arguments of(CompositeOp op, Attributes a, Object... inputs) {
    return arguments(op, a, List.of(inputs));
  }

  private static Shape s(long... dims) {
    return Shape.of(dims);
  }

  static Stream<Arguments> composites() {
    List<Arguments> out = new ArrayList<>();
    Attributes none = Attributes.NONE;
    out.add(of(ActivationComposites.RELU, none, s(4, 5)));
    out.add(of(ActivationComposites.LEAKY_RELU, Attributes.named("negative_slope", 0.2), s(4, 5)));
    out.add(of(ActivationComposites.ELU, Attributes.named("alpha", 1.3), s(4, 5)));
    out.add(of(ActivationComposites.SILU, none, s(4, 5)));
    out.add(of(ActivationComposites.GELU, Attributes.named("approximate", true), s(4, 5)));
    out.add(of(ActivationComposites.GELU, Attributes.named("approximate", false), s(4, 5)));
    out.add(of(ActivationComposites.SOFTPLUS, none, s(4, 5)));
    out.add(of(SoftmaxComposites.SOFTMAX, Attributes.named("axis", 1), s(4, 5, 3)));
    out.add(of(SoftmaxComposites.LOG_SOFTMAX, Attributes.named("axis", 2), s(4, 5, 3)));
    for (boolean scale : new boolean[] {true, false}) {
      for (boolean center : new boolean[] {true, false}) {
        Attributes a =
            Attributes.named("axes", 2, "epsilon", 1e-3, "scale", scale, "center", center);
        out.add(
            arguments(NormalizationComposites.LAYER, a, given(s(3, 4, 5), s(4, 5), scale, center)));
        Attributes b = Attributes.named("epsilon", 1e-3, "scale", scale, "center", center);
        out.add(arguments(
            BatchNormalizationComposites.TRAIN, b, given(s(3, 4, 5), s(5), scale, center)));
        if (!center) {
          out.add(
              arguments(NormalizationComposites.RMS, a, given(s(3, 4, 5), s(4, 5), scale, false)));
        }
      }
    }
    out.add(of(CrossEntropyComposites.DENSE, none, s(4, 5), s(4, 5)));
    out.add(of(CrossEntropyComposites.SPARSE, none, s(4, 5), NDArray.of(new int[] {1, 4, 0, 3})));
    out.add(of(CrossEntropyComposites.BINARY, none, s(4, 5), s(4, 5)));
    for (String padding : List.of("valid", "same")) {
      for (long stride = 1; stride < 4; stride++) {
        SpatialPadding p = SpatialPadding.of(
            padding, new long[] {7, 6}, new long[] {3, 2}, new long[] {stride, stride});
        Attributes a = Attributes.named(
            "size", LongList.of(3, 2),
            "stride", LongList.of(stride, stride),
            "low", LongList.of(p.low()),
            "high", LongList.of(p.high()));
        out.add(of(PoolingComposites.MAX_POOL, a, s(2, 7, 6, 3)));
        out.add(of(PoolingComposites.AVERAGE_POOL, a, s(2, 7, 6, 3)));
      }
    }
    attention(out);
    out.add(of(AffineComposites.DENSE, Attributes.named("bias", true), s(2, 3, 4), s(4, 5), s(5)));
    out.add(of(AffineComposites.DENSE, Attributes.named("bias", false), s(3, 4), s(4, 5)));
    out.add(
        of(AffineComposites.EMBEDDING, none, s(7, 3), NDArray.of(new int[] {1, 4, 1, 6}, 2, 2)));
    Attributes with = Attributes.named("bias", true);
    Attributes without = Attributes.named("bias", false);
    out.add(of(
        RecurrentComposites.LSTM, with, s(2, 5, 4), s(2, 3), s(2, 3), s(4, 12), s(3, 12), s(12)));
    out.add(
        of(RecurrentComposites.LSTM, without, s(2, 5, 4), s(2, 3), s(2, 3), s(4, 12), s(3, 12)));
    out.add(of(RecurrentComposites.GRU, with, s(2, 5, 4), s(2, 3), s(4, 9), s(3, 9), s(2, 9)));
    out.add(of(RecurrentComposites.GRU, without, s(2, 5, 4), s(2, 3), s(4, 9), s(3, 9)));
    return out.stream();
  }

  private static List<Shape> given(Shape x, Shape parameter, boolean scale, boolean center) {
    List<Shape> out = new ArrayList<>(List.of(x));
    if (scale) {
      out.add(parameter);
    }
    if (center) {
      out.add(parameter);
    }
    return out;
  }

  private static void attention(List<Arguments> out) {
    boolean[] allowed = new boolean[2 * 4 * 6];
    for (int i = 0; i < allowed.length; i++) {
      // the first row of the first element sees nothing that is not later
      allowed[i] = i % 3 != 1 && i != 0;
    }
    NDArray mask = NDArray.of(allowed, 2, 1, 4, 6);
    for (boolean causal : new boolean[] {false, true}) {
      for (boolean extra : new boolean[] {false, true}) {
        Attributes a =
            Attributes.named("scale", 0.3, "causal", causal, "bias", extra, "mask", extra);
        List<Object> in = new ArrayList<>(List.of(s(2, 4, 3, 5), s(2, 6, 3, 5), s(2, 6, 3, 2)));
        if (extra) {
          in.add(s(1, 3, 1, 6));
          in.add(mask);
        }
        out.add(arguments(AttentionComposites.ATTENTION, a, in));
      }
    }
  }

  private static List<Tensor> tensors(List<?> inputs) {
    List<Tensor> out = new ArrayList<>();
    for (Object x : inputs) {
      out.add(
          x instanceof Shape shape
              ? RandomOps.normal(shape, 0.0, 1.0, DType.FLOAT64, out.size() + 1)
              : Ops.convertToTensor(x));
    }
    return out;
  }

  @ParameterizedTest
  @MethodSource("composites")
  void backwardIsTheGradientOfTheBody(CompositeOp op, Attributes a, List<?> inputs) {
    Keras.setClaims(false);
    List<Tensor> in = tensors(inputs);
    List<@Nullable Tensor> cotangents = cotangents(op, a, in);
    List<Tensor> all = new ArrayList<>(in);
    all.addAll(op.gradient().forward().call(a, in));
    all.addAll(cotangents);
    List<Tensor> back = op.gradient().backward().call(a, all);
    List<Tensor> want = gradients(op, a, in, cotangents);
    assertEquals(in.size(), back.size());
    for (int i = 0; i < in.size(); i++) {
      if (in.get(i).dtype().isFloat()) {
        same(want.get(i), back.get(i), i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("composites")
  void claimedAndInlinedAgree(CompositeOp op, Attributes a, List<?> inputs) {
    List<Tensor> in = tensors(inputs);
    Keras.setClaims(false);
    List<Tensor> results = op.call(a, in);
    List<@Nullable Tensor> cotangents = cotangents(op, a, in);
    List<Tensor> want = gradients(op, a, in, cotangents);
    Keras.setClaims(true);
    List<Tensor> claimed = op.call(a, in);
    for (int i = 0; i < results.size(); i++) {
      same(results.get(i), claimed.get(i), i);
    }
    List<Tensor> got = gradients(op, a, in, cotangents);
    for (int i = 0; i < in.size(); i++) {
      if (in.get(i).dtype().isFloat()) {
        same(want.get(i), got.get(i), i);
      }
    }
  }

  private static List<Tensor> gradients(
      CompositeOp op, Attributes a, List<Tensor> in, List<@Nullable Tensor> cotangents) {
    return Grad.vjp(x -> op.call(a, x), in, List.of(), cotangents).grads();
  }

  // numbers for each result, but 0 for those through which no gradient flows
  private static List<@Nullable Tensor> cotangents(CompositeOp op, Attributes a, List<Tensor> in) {
    List<@Nullable Tensor> out = new ArrayList<>();
    for (Tensor r : op.call(a, in)) {
      boolean statistic = op == BatchNormalizationComposites.TRAIN && !out.isEmpty();
      double deviation = statistic ? 0 : 1;
      out.add(RandomOps.normal(r.shape(), 0.0, deviation, DType.FLOAT64, 100 + out.size()));
    }
    return out;
  }

  private static void same(Tensor want, Tensor got, int input) {
    assertEquals(want.spec(), got.spec(), "input " + input);
    assertArrayEquals(
        want.toNDArray().toDoubleArray(),
        got.toNDArray().toDoubleArray(),
        TOLERANCE,
        "input " + input);
  }
}
