package org.keras4j.tck.composite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.LongList;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.composite.ActivationComposites;
import org.keras4j.ops.internal.composite.AffineComposites;
import org.keras4j.ops.internal.composite.AttentionComposites;
import org.keras4j.ops.internal.composite.BatchNormalizationComposites;
import org.keras4j.ops.internal.composite.CrossEntropyComposites;
import org.keras4j.ops.internal.composite.NormalizationComposites;
import org.keras4j.ops.internal.composite.NumpyComposites;
import org.keras4j.ops.internal.composite.PackedComposites;
import org.keras4j.ops.internal.composite.PoolingComposites;
import org.keras4j.ops.internal.composite.RecurrentComposites;
import org.keras4j.ops.internal.composite.SoftmaxComposites;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** A claimed composite and its body give the same, forward and gradient, eager and compiled. */
class ClaimsTest {
  private final Random random = new Random(3);

  @AfterEach
  void on() {
    Keras.setClaims(true);
  }

  private NDArray normal(DType t, long... dims) {
    NDArray a = NDArray.zeros(t, Shape.of(dims));
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, random.nextGaussian() * 2);
    }
    return a;
  }

  private NDArray uniform(DType t, long... dims) {
    NDArray a = NDArray.zeros(t, Shape.of(dims));
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, 0.5 + random.nextDouble());
    }
    return a;
  }

  private static double tolerance(DType t) {
    return switch (t) {
      case FLOAT64 -> 1e-11;
      case FLOAT32 -> 2e-5;
      case FLOAT16 -> 1e-2;
      default -> 8e-2;
    };
  }

  /** Results, then the gradients of their weighted sum by all float inputs. */
  private List<NDArray> run(
      CompositeOp op, Attributes a, List<NDArray> in, boolean claims, boolean jit) {
    Keras.setClaims(claims);
    List<Tensor> tensors = new ArrayList<>();
    List<Integer> floats = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      tensors.add(Engine.toDevice(Keras.backend(), in.get(i)));
      if (in.get(i).dtype().isFloat()) {
        floats.add(i);
      }
    }
    Function<List<Tensor>, List<Tensor>> all = x -> {
      List<Tensor> out = new ArrayList<>(op.call(a, x));
      List<Tensor> by = new ArrayList<>();
      floats.forEach(i -> by.add(x.get(i)));
      out.addAll(Grad.valueAndGrad(
              y -> {
                List<Tensor> args = new ArrayList<>(x);
                for (int i = 0; i < floats.size(); i++) {
                  args.set(floats.get(i), y.get(i));
                }
                Tensor first = op.call(a, args).get(0);
                Tensor weights = Prims.convert(
                    Prims.iotaOf(first, first.rank() - 1, DType.INT32), first.dtype());
                Tensor sum = Prims.mul(first, Prims.add(weights, 1));
                int[] axes = new int[first.rank()];
                for (int i = 0; i < axes.length; i++) {
                  axes[i] = i;
                }
                return List.of(Prims.sum(sum, axes));
              },
              by,
              List.of())
          .grads());
      return out;
    };
    List<?> out =
        jit ? (List<?>) Jit.of(x -> all.apply(castList(x))).call(tensors) : all.apply(tensors);
    List<NDArray> arrays = new ArrayList<>();
    out.forEach(t -> arrays.add(((Tensor) t).toNDArray()));
    return arrays;
  }

  @SuppressWarnings("unchecked")
  private static List<Tensor> castList(Object x) {
    return (List<Tensor>) x;
  }

  private void check(CompositeOp op, Attributes a, NDArray... in) {
    List<NDArray> inputs = List.of(in);
    List<NDArray> expected = run(op, a, inputs, false, false);
    for (boolean claims : new boolean[] {true, false}) {
      for (boolean jit : new boolean[] {false, true}) {
        List<NDArray> got = run(op, a, inputs, claims, jit);
        assertEquals(expected.size(), got.size());
        for (int k = 0; k < got.size(); k++) {
          same(
              op.name() + a + " claims " + claims + " jit " + jit + " result " + k,
              expected.get(k),
              got.get(k));
        }
      }
    }
  }

  private static void same(String what, NDArray e, NDArray g) {
    assertEquals(e.spec(), g.spec(), what);
    double scale = 1;
    for (int i = 0; i < e.size(); i++) {
      scale = Math.max(scale, Math.abs(e.getDouble(i)));
    }
    for (int i = 0; i < e.size(); i++) {
      double x = e.getDouble(i);
      double y = g.getDouble(i);
      if (!(Math.abs(x - y) <= tolerance(e.dtype()) * scale) && Double.compare(x, y) != 0) {
        fail(what + ", element " + i + ": expected " + x + ", got " + y);
      }
    }
  }

  private static final List<DType> FLOATS =
      List.of(DType.FLOAT32, DType.FLOAT64, DType.FLOAT16, DType.BFLOAT16);

  @Test
  void activations() {
    for (DType t : FLOATS) {
      NDArray x = normal(t, 3, 5);
      check(ActivationComposites.RELU, Attributes.NONE, x);
      check(ActivationComposites.RELU6, Attributes.NONE, x);
      check(ActivationComposites.LEAKY_RELU, Attributes.named("negative_slope", 0.2), x);
      check(ActivationComposites.ELU, Attributes.named("alpha", 0.7), x);
      check(ActivationComposites.SILU, Attributes.NONE, x);
      check(ActivationComposites.GELU, Attributes.named("approximate", true), x);
      check(ActivationComposites.GELU, Attributes.named("approximate", false), x);
      check(ActivationComposites.SOFTPLUS, Attributes.NONE, x);
      check(SoftmaxComposites.SOFTMAX, Attributes.named("axis", 1), x);
      check(SoftmaxComposites.SOFTMAX, Attributes.named("axis", 0), x);
      check(SoftmaxComposites.LOG_SOFTMAX, Attributes.named("axis", 1), x);
    }
  }

  @Test
  void reluAtZeroAndNaN() {
    check(
        ActivationComposites.RELU,
        Attributes.NONE,
        NDArray.of(new float[] {-1, 0, 2, Float.NaN}, 4));
    check(ActivationComposites.RELU, Attributes.NONE, NDArray.of(new float[] {-1, 0, -0.0f}, 3));
  }

  @Test
  void pooling() {
    for (DType t : List.of(DType.FLOAT32, DType.FLOAT64)) {
      for (long[][] p : new long[][][] {
        {{2, 2}, {2, 2}, {0, 0}, {0, 0}},
        {{3, 3}, {2, 2}, {1, 1}, {1, 1}},
        {{2, 3}, {1, 2}, {0, 0}, {1, 1}}
      }) {
        Attributes a = pool(p[0], p[1], p[2], p[3]);
        check(PoolingComposites.MAX_POOL, a, normal(t, 2, 6, 7, 3));
        check(PoolingComposites.AVERAGE_POOL, a, normal(t, 2, 6, 7, 3));
      }
      Attributes one = pool(new long[] {3}, new long[] {2}, new long[] {1}, new long[] {1});
      check(PoolingComposites.MAX_POOL, one, normal(t, 2, 9, 4));
      check(PoolingComposites.AVERAGE_POOL, one, normal(t, 2, 9, 4));
      long[] two = {2, 2, 2};
      long[] none = {0, 0, 0};
      check(PoolingComposites.MAX_POOL, pool(two, two, none, none), normal(t, 1, 4, 4, 4, 2));
      check(PoolingComposites.AVERAGE_POOL, pool(two, two, none, none), normal(t, 1, 4, 4, 4, 2));
    }
  }

  private static Attributes pool(long[] size, long[] stride, long[] low, long[] high) {
    return Attributes.named(
        "size",
        LongList.of(size),
        "stride",
        LongList.of(stride),
        "low",
        LongList.of(low),
        "high",
        LongList.of(high));
  }

  @Test
  void normalization() {
    for (DType t : FLOATS) {
      DType wide = t.size() < 4 ? DType.FLOAT32 : t;
      for (boolean scale : new boolean[] {true, false}) {
        for (boolean center : new boolean[] {true, false}) {
          List<NDArray> in = new ArrayList<>(List.of(normal(t, 4, 3, 6)));
          if (scale) {
            in.add(uniform(wide, 6));
          }
          if (center) {
            in.add(normal(wide, 6));
          }
          NDArray[] arrays = in.toArray(new NDArray[0]);
          Attributes batch = Attributes.named("epsilon", 1e-3, "scale", scale, "center", center);
          check(BatchNormalizationComposites.TRAIN, batch, arrays);
          check(
              NormalizationComposites.LAYER,
              Attributes.named("axes", 1, "epsilon", 1e-3, "scale", scale, "center", center),
              arrays);
          List<NDArray> inference = new ArrayList<>(in);
          inference.add(1, normal(wide, 6));
          inference.add(2, uniform(wide, 6));
          check(BatchNormalizationComposites.INFERENCE, batch, inference.toArray(new NDArray[0]));
        }
        List<NDArray> in = new ArrayList<>(List.of(normal(t, 4, 3, 6)));
        if (scale) {
          in.add(uniform(wide, 3, 6));
        }
        check(
            NormalizationComposites.RMS,
            Attributes.named("axes", 2, "epsilon", 1e-3, "scale", scale, "center", false),
            in.toArray(new NDArray[0]));
      }
    }
    NDArray image = normal(DType.FLOAT32, 2, 5, 4, 3);
    check(
        BatchNormalizationComposites.TRAIN,
        Attributes.named("epsilon", 1e-3, "scale", false, "center", false),
        image);
    check(
        BatchNormalizationComposites.TRAIN,
        Attributes.named("epsilon", 1e-3, "scale", false, "center", false),
        normal(DType.FLOAT32, 8, 3));
  }

  @Test
  void crossEntropies() {
    for (DType t : List.of(DType.FLOAT32, DType.FLOAT64)) {
      NDArray x = normal(t, 2, 3, 5);
      check(CrossEntropyComposites.DENSE, Attributes.NONE, x, uniform(t, 2, 3, 5));
      check(
          CrossEntropyComposites.SPARSE,
          Attributes.NONE,
          x,
          NDArray.of(new int[] {0, 4, 2, -1, 5, 1}, 2, 3));
      check(CrossEntropyComposites.BINARY, Attributes.NONE, x, uniform(t, 2, 3, 5));
    }
  }

  @Test
  void productsWithPackedIntegers() {
    for (DType t : FLOATS) {
      for (long[] d : new long[][] {{1, 64}, {2, 3, 64}}) {
        // groups of 64, of 32, and of 16, which the kernel does not know
        for (int groups = t == DType.BFLOAT16 ? 1 : 2;
            groups <= (t == DType.BFLOAT16 ? 4 : 2);
            groups *= 2) {
          byte[] bytes = new byte[2 * 64 * 32];
          new Random(groups).nextBytes(bytes);
          NDArray packed = NDArray.zeros(DType.UINT8, Shape.of(2, 64, 32));
          packed.bytes().put(bytes);
          NDArray scales = normal(t, groups, 128, 2);
          check(PackedComposites.DENSE, Attributes.NONE, normal(t, d), packed, scales);
        }
      }
    }
  }

  @Test
  void products() {
    for (DType t : FLOATS) {
      for (long[] lead : new long[][] {{5}, {2, 3}}) {
        long[] d = java.util.Arrays.copyOf(lead, lead.length + 1);
        d[lead.length] = 4;
        check(
            AffineComposites.DENSE,
            Attributes.named("bias", true),
            normal(t, d),
            normal(t, 4, 6),
            normal(t, 6));
        check(
            AffineComposites.DENSE, Attributes.named("bias", false), normal(t, d), normal(t, 4, 6));
      }
    }
    for (DType t : List.of(DType.FLOAT32, DType.FLOAT64)) {
      check(
          AffineComposites.EMBEDDING,
          Attributes.NONE,
          normal(t, 5, 3),
          NDArray.of(new int[] {0, 4, 4, 1}, 2, 2));
      check(
          AffineComposites.EMBEDDING,
          Attributes.NONE,
          normal(t, 5, 3),
          NDArray.of(new long[] {2, 2, 2}, 3));
    }
  }

  @Test
  void attention() {
    for (DType t : List.of(DType.FLOAT32, DType.FLOAT64)) {
      for (long keys : new long[] {5, 3}) {
        attention(t, 5, keys, 8);
      }
    }
  }

  @Test
  void attentionInFloat16() {
    for (long keys : new long[] {64, 48}) {
      attention(DType.FLOAT16, 64, keys, 32);
    }
  }

  @Test
  void attentionInBfloat16() {
    for (long keys : new long[] {64, 48}) {
      attention(DType.BFLOAT16, 64, keys, 32);
    }
  }

  /** Heads of keys that serve several of the query: as if each was there for each, forward and gradient. */
  @Test
  void attentionOfGroups() {
    for (DType t : FLOATS) {
      for (boolean causal : new boolean[] {false, true}) {
        NDArray query = normal(t, 2, 64, 4, 32);
        NDArray key = normal(t, 2, 64, 2, 32);
        NDArray value = normal(t, 2, 64, 2, 32);
        Attributes a =
            Attributes.named("scale", 0.3, "causal", causal, "bias", false, "mask", false);
        check(AttentionComposites.ATTENTION, a, query, key, value);
        List<NDArray> got =
            run(AttentionComposites.ATTENTION, a, List.of(query, key, value), true, true);
        List<NDArray> each = run(
            AttentionComposites.ATTENTION,
            a,
            List.of(query, doubled(key), doubled(value)),
            false,
            true);
        same("heads of " + t, each.get(0), got.get(0));
        same("gradient by queries of " + t, each.get(1), got.get(1));
        same("gradient by keys of " + t, halved(each.get(2)), got.get(2));
        same("gradient by values of " + t, halved(each.get(3)), got.get(3));
        Keras.setClaims(true);
        Tensor whole =
            Ops.dotProductAttention(query, key, value, null, null, 0.3, causal, null, null);
        same("op in " + t, each.get(0), whole.toNDArray());
      }
    }
  }

  // each of two heads twice
  private static NDArray doubled(NDArray x) {
    NDArray y = NDArray.zeros(x.dtype(), Shape.of(2, 64, 4, 32));
    for (int i = 0; i < y.size(); i++) {
      y.setDouble(i, x.getDouble(i / 128 * 64 + i % 128 / 64 * 32 + i % 32));
    }
    return y;
  }

  // the sum over both places of each head
  private static NDArray halved(NDArray x) {
    NDArray y = NDArray.zeros(x.dtype(), Shape.of(2, 64, 2, 32));
    for (int i = 0; i < y.size(); i++) {
      int at = i / 64 * 128 + i % 64 / 32 * 64 + i % 32;
      y.setDouble(i, x.getDouble(at) + x.getDouble(at + 32));
    }
    return y;
  }

  /**
   * Masks of keys alone, the same for all queries: padding behind and before, holes, and a row with nothing to see, where the forbidden
   * keys fit far better than the others.
   */
  @Test
  void attentionWithMasksOfKeys() {
    for (DType t : List.of(DType.FLOAT16, DType.BFLOAT16, DType.FLOAT32)) {
      for (boolean causal : new boolean[] {false, true}) {
        for (int kind = 0; kind < 4; kind++) {
          NDArray query = normal(t, 3, 64, 2, 32);
          NDArray key = normal(t, 3, 64, 2, 32);
          NDArray mask = NDArray.zeros(DType.BOOL, Shape.of(3, 1, 1, 64));
          for (int i = 0; i < mask.size(); i++) {
            int place = i % 64;
            boolean seen = switch (kind) {
              case 0 -> place < 40;
              case 1 -> place >= 24;
              case 2 -> random.nextInt(3) > 0;
              default -> i >= 64;
            };
            mask.setLong(i, seen ? 1 : 0);
            for (int k = 0; k < (seen ? 0 : 64); k++) {
              int at = i * 64 + k;
              key.setDouble(at, 40 * key.getDouble(at));
            }
          }
          Attributes a =
              Attributes.named("scale", 0.3, "causal", causal, "bias", false, "mask", true);
          check(AttentionComposites.ATTENTION, a, query, key, normal(t, 3, 64, 2, 32), mask);
        }
      }
    }
  }

  /** Every combination of what attention may be given. */
  private void attention(DType t, long queries, long keys, long depth) {
    for (boolean causal : new boolean[] {false, true}) {
      for (boolean bias : new boolean[] {false, true}) {
        for (boolean mask : new boolean[] {false, true}) {
          List<NDArray> in = new ArrayList<>(List.of(
              normal(t, 2, queries, 3, depth),
              normal(t, 2, keys, 3, depth),
              normal(t, 2, keys, 3, depth)));
          if (bias) {
            in.add(normal(t, 1, 3, queries, keys));
          }
          if (mask) {
            NDArray m = NDArray.zeros(DType.BOOL, Shape.of(2, 1, queries, keys));
            for (int i = 0; i < m.size(); i++) {
              m.setLong(
                  i, i < keys || random.nextInt(3) == 0 ? 0 : 1); // the first row all forbidden
            }
            in.add(m);
          }
          Attributes a =
              Attributes.named("scale", 0.3, "causal", causal, "bias", bias, "mask", mask);
          check(AttentionComposites.ATTENTION, a, in.toArray(new NDArray[0]));
        }
      }
    }
  }

  @Test
  void recurrent() {
    for (DType t : List.of(DType.FLOAT32, DType.FLOAT64)) {
      for (boolean bias : new boolean[] {true, false}) {
        List<NDArray> lstm = new ArrayList<>(List.of(
            normal(t, 2, 5, 3),
            normal(t, 2, 4),
            normal(t, 2, 4),
            normal(t, 3, 16),
            normal(t, 4, 16)));
        List<NDArray> gru = new ArrayList<>(
            List.of(normal(t, 2, 5, 3), normal(t, 2, 4), normal(t, 3, 12), normal(t, 4, 12)));
        if (bias) {
          lstm.add(normal(t, 16));
          gru.add(normal(t, 2, 12));
        }
        check(
            RecurrentComposites.LSTM, Attributes.named("bias", bias), lstm.toArray(new NDArray[0]));
        check(RecurrentComposites.GRU, Attributes.named("bias", bias), gru.toArray(new NDArray[0]));
      }
    }
  }

  @Test
  void resizing() {
    for (int[] to : new int[][] {{3, 4}, {7, 9}, {5, 11}, {1, 1}}) {
      NDArray x = normal(DType.FLOAT32, 2, 5, 6, 3);
      List<List<NDArray>> results = new ArrayList<>();
      for (boolean claims : new boolean[] {false, true}) {
        Keras.setClaims(claims);
        Tensor t = Engine.toDevice(Keras.backend(), x);
        Tensor y = Ops.Image.resize(t, to);
        Tensor dx = Grad.valueAndGrad(
                in -> List.of(Prims.sum(Prims.square(Ops.Image.resize(in.get(0), to)), 0, 1, 2, 3)),
                List.of(t),
                List.of())
            .grads()
            .get(0);
        Object compiled = Jit.of(in -> Ops.Image.resize(in, to)).call(t);
        results.add(List.of(y.toNDArray(), ((Tensor) compiled).toNDArray(), dx.toNDArray()));
      }
      for (int k = 0; k < 3; k++) {
        same(
            "resize to " + to[0] + ", " + to[1] + " result " + k,
            results.get(0).get(k),
            results.get(1).get(k));
      }
    }
  }

  /** NaN stands after all numbers, infinity before it; equal elements by the side that is asked for. */
  @Test
  void searches() {
    double nan = Double.NaN;
    double inf = Double.POSITIVE_INFINITY;
    double[] sorted = {-inf, -1, -0.0, 0, 0, 2, 3, inf, nan, nan};
    double[] values = {nan, inf, -inf, 0, -0.0, 2.5, 3, 9, -9, nan, 1e-30, 2};
    for (DType t : List.of(DType.FLOAT32, DType.FLOAT64, DType.FLOAT16, DType.INT32, DType.UINT8)) {
      double[] vector = t.isFloat() ? sorted : new double[] {0, 1, 1, 2, 5, 7};
      double[] x = t.isFloat() ? values : new double[] {1, 0, 9, 7, 2, 3, 4, 5, 6, 1, 1, 8};
      for (long[] shape : new long[][] {{12}, {3, 4}}) {
        for (boolean right : new boolean[] {false, true}) {
          searched(
              NumpyComposites.SEARCH_SORTED,
              Attributes.of(Composites.RIGHT, right),
              array(t, vector),
              array(t, x, shape));
        }
        searched(NumpyComposites.IS_IN, Attributes.NONE, array(t, x, shape), array(t, vector));
      }
      if (t.isFloat()) {
        check(
            NumpyComposites.NAN_TO_NUM,
            Attributes.named("nan", 0.5, "posinf", 9.0, "neginf", -7.0),
            array(t, values));
      }
    }
    NDArray many = normal(DType.FLOAT32, 40, 25);
    NDArray edges = Ops.sort(normal(DType.FLOAT32, 300)).toNDArray();
    searched(NumpyComposites.SEARCH_SORTED, Attributes.of(Composites.RIGHT, false), edges, many);
    searched(NumpyComposites.IS_IN, Attributes.NONE, many, edges);
  }

  private static NDArray array(DType t, double[] values, long... shape) {
    NDArray a = NDArray.zeros(t, shape.length == 0 ? Shape.of(values.length) : Shape.of(shape));
    for (int i = 0; i < values.length; i++) {
      a.setDouble(i, values[i]);
    }
    return a;
  }

  // what has no gradient: exactly the same, eager and compiled
  private void searched(CompositeOp op, Attributes a, NDArray... in) {
    List<List<NDArray>> results = new ArrayList<>();
    for (boolean claims : new boolean[] {false, true}) {
      Keras.setClaims(claims);
      List<Tensor> tensors = new ArrayList<>();
      for (NDArray x : in) {
        tensors.add(Engine.toDevice(Keras.backend(), x));
      }
      Tensor compiled =
          (Tensor) Jit.of(x -> op.call1(a, castList(x).toArray(new Tensor[0]))).call(tensors);
      results.add(List.of(op.call(a, tensors).get(0).toNDArray(), compiled.toNDArray()));
    }
    for (List<NDArray> r : results) {
      assertEquals(results.get(0).get(0), r.get(0), op.name() + a);
      assertEquals(results.get(0).get(0), r.get(1), op.name() + a + " compiled");
    }
  }

  @Test
  @Tag("pytorch")
  @Tag("tensorflow")
  void somethingIsClaimed() {
    assertTrue(ActivationComposites.RELU.claimed(
        Keras.backend(), Attributes.NONE, List.of(NDArray.of(new float[] {1}, 1).spec())));
  }
}
