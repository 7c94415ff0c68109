package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** Attention of opset 23 on, and the positions that turn its queries and keys. */
final class AttentionOperators {
  private AttentionOperators() {}

  static void add() {
    Operators.put("Attention", AttentionOperators::attention);
    Operators.tensor("RotaryEmbedding", AttentionOperators::rotary);
  }

  /** (batch, length, heads * size) as (batch, heads, length, size). */
  private static Tensor split(Use u, Tensor x, String heads) {
    if (x.rank() == 4) {
      return x;
    }
    long n = u.integer(heads, 0);
    if (n <= 0) {
      throw new Unsupported("no attribute '" + heads + "'");
    }
    long size = x.shape().intDim(2) / n;
    return Prims.swap(Sizes.reshape(x, List.of(Sizes.of(x, 0), Sizes.of(x, 1), n, size)), 1, 2);
  }

  private static Tensor before(Use u, int past, Tensor x) {
    return u.has(past) ? Prims.concat(List.of(u.t(past), x), 2) : x;
  }

  /** Each head so many times, one copy beside the other. */
  private static Tensor repeated(Tensor x, long times) {
    if (times == 1) {
      return x;
    }
    Object batch = Sizes.of(x, 0);
    Object length = Sizes.of(x, 2);
    long heads = x.shape().intDim(1);
    long size = x.shape().intDim(3);
    Tensor apart = Sizes.reshape(x, List.of(batch, heads, 1L, length, size));
    Tensor wide = Sizes.expand(apart, List.of(batch, heads, times, length, size));
    return Sizes.reshape(wide, List.of(batch, heads * times, length, size));
  }

  private static List<Operand> attention(Use u) {
    Tensor given = u.t(0);
    Tensor q = split(u, given, "q_num_heads");
    Tensor keys = before(u, 4, split(u, u.t(1), "kv_num_heads"));
    Tensor values = before(u, 5, split(u, u.t(2), "kv_num_heads"));
    long groups = q.shape().intDim(1) / keys.shape().intDim(1);
    Tensor k = repeated(keys, groups);
    Tensor v = repeated(values, groups);
    double scale = Math.sqrt(u.real("scale", 1 / Math.sqrt(q.shape().intDim(3))));
    Tensor scores = Ops.matmul(Prims.mul(q, scale), Prims.mul(Prims.swap(k, 2, 3), scale));
    Tensor shown = scores;
    double cap = u.real("softcap", 0);
    if (cap > 0) {
      scores = Prims.mul(Ops.tanh(Prims.div(scores, cap)), cap);
    }
    long mode = u.integer("qk_matmul_output_mode", 0);
    shown = mode == 1 ? scores : shown;
    Tensor bias = bias(u, q, k);
    scores = bias == null ? scores : Prims.add(scores, bias);
    shown = mode == 2 ? scores : shown;
    DType t = u.has("softmax_precision")
        ? ElementOperators.type(u.integer("softmax_precision", 1))
        : q.dtype();
    Tensor wide = Prims.convert(scores, t);
    Tensor share = Ops.softmax(wide, -1);
    if (bias != null) { // a query that may see nothing gets nothing
      Tensor none = Prims.scalar(bias.dtype(), Double.NEGATIVE_INFINITY);
      Tensor blind = Prims.eq(Prims.maxKeep(bias, bias.rank() - 1), none);
      share = Prims.select(blind, Prims.scalar(t, 0.0), share);
    }
    share = Prims.convert(share, q.dtype());
    shown = mode == 3 ? share : shown;
    Tensor y = Ops.matmul(share, v);
    if (given.rank() == 3) {
      Tensor rows = Prims.swap(y, 1, 2);
      y = Sizes.reshape(
          rows, List.of(Sizes.of(rows, 0), Sizes.of(rows, 1), ShapeOperators.product(rows, 2, 4)));
    }
    List<Operand> out = new ArrayList<>();
    for (Tensor x : new Tensor[] {y, keys, values, shown}) {
      out.add(Operand.of(x));
    }
    return out;
  }

  /** What is added to the scores: 0 where a query may see a key, minus infinity where not; null for nothing. */
  private static @Nullable Tensor bias(Use u, Tensor q, Tensor k) {
    DType t = q.dtype();
    Tensor zero = Prims.scalar(t, 0.0);
    Tensor never = Prims.scalar(t, Double.NEGATIVE_INFINITY);
    Tensor sum = null;
    if (u.has(3)) {
      Tensor m = u.t(3);
      boolean yes = m.dtype().isBool();
      if (m.shape().last() >= 0 && k.shape().dim(2) > m.shape().last()) {
        long[] low = new long[m.rank()];
        long[] high = new long[m.rank()];
        high[m.rank() - 1] = k.shape().dim(2) - m.shape().last();
        m = Prims.pad(m, yes ? 0 : Double.NEGATIVE_INFINITY, low, high);
      }
      sum = yes ? Prims.select(m, zero, never) : Prims.convert(m, t);
    }
    Tensor keys = Prims.iota(Sizes.scalar(Sizes.of(k, 2)), DType.INT32);
    boolean lengths = u.has(6);
    Tensor used = lengths ? Prims.convert(Prims.reshape(u.t(6), -1, 1, 1, 1), DType.INT32) : null;
    long left = u.integer("left_window_size", -1);
    long right = u.integer("right_window_size", -1);
    boolean causal = u.integer("is_causal", 0) != 0;
    if (causal || left >= 0 || right >= 0) {
      Tensor n = Sizes.scalar(Sizes.of(q, 2));
      Tensor queries = Prims.expandDims(Prims.iota(n, DType.INT32), 1);
      if (u.has(4)) {
        queries = Prims.add(queries, Sizes.scalar(Sizes.of(u.t(4), 2)));
      } else if (used != null) {
        queries = Prims.add(queries, Prims.sub(used, n));
      }
      Tensor visible = causal ? Prims.le(keys, queries) : Prims.eq(keys, keys);
      Tensor behind = Prims.sub(queries, keys);
      visible = left < 0
          ? visible
          : Prims.and(visible, Prims.le(behind, Prims.scalar(DType.INT32, left)));
      visible = right < 0
          ? visible
          : Prims.and(visible, Prims.ge(behind, Prims.scalar(DType.INT32, -right)));
      Tensor seen = Prims.select(visible, zero, never);
      sum = sum == null ? seen : Prims.add(sum, seen);
    }
    if (used != null) {
      Tensor within = Prims.select(Prims.lt(keys, used), zero, never);
      sum = sum == null ? within : Prims.add(sum, within);
    }
    return sum;
  }

  private static Tensor rotary(Use u) {
    Tensor given = u.t(0);
    boolean flat = given.rank() == 3;
    // (batch, length, heads, size)
    Tensor x = given;
    if (flat) {
      long heads = u.integer("num_heads", 0);
      long size = x.shape().intDim(2) / heads;
      x = Sizes.reshape(x, List.of(Sizes.of(x, 0), Sizes.of(x, 1), heads, size));
    } else {
      x = Prims.swap(x, 1, 2);
    }
    long size = x.shape().intDim(3);
    long turned = u.integer("rotary_embedding_dim", 0);
    turned = turned == 0 ? size : turned;
    Tensor part = Prims.slice(x, 3, 0, turned);
    Tensor cos = cache(u, 1);
    Tensor sin = cache(u, 2);
    boolean pairs = u.integer("interleaved", 0) != 0;
    Tensor a = pairs ? Prims.slice(part, 3, 0, turned, 2) : Prims.slice(part, 3, 0, turned / 2);
    Tensor b =
        pairs ? Prims.slice(part, 3, 1, turned, 2) : Prims.slice(part, 3, turned / 2, turned);
    Tensor real = Prims.sub(Prims.mul(cos, a), Prims.mul(sin, b));
    Tensor imaginary = Prims.add(Prims.mul(sin, a), Prims.mul(cos, b));
    Tensor y;
    if (pairs) {
      Tensor both =
          Prims.concat(List.of(Prims.expandDims(real, 4), Prims.expandDims(imaginary, 4)), 4);
      y = Sizes.reshape(
          both, List.of(Sizes.of(x, 0), Sizes.of(x, 1), (long) x.shape().intDim(2), turned));
    } else {
      y = Prims.concat(List.of(real, imaginary), 3);
    }
    y = turned == size ? y : Prims.concat(List.of(y, Prims.slice(x, 3, turned, size)), 3);
    return flat
        ? Sizes.reshape(
            y, List.of(Sizes.of(y, 0), Sizes.of(y, 1), (long) given.shape().intDim(2)))
        : Prims.swap(y, 1, 2);
  }

  /** (batch, length, 1, half of the size), taken at the positions where these are given. */
  private static Tensor cache(Use u, int i) {
    Tensor all = u.t(i);
    Tensor rows = u.has(3) ? Prims.take(all, u.t(3), 0) : all;
    return Prims.expandDims(rows, 2);
  }
}
