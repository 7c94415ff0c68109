package org.keras4j.hub.generation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;

/**
 * Chooses tokens within a compiled step. What differs from text to text comes as arrays, so that one executable serves all
 * temperatures; which kinds of limits there are at all is a constant of it.
 */
final class TokenSampler {
  private static final float NEVER = -1e30f;

  private TokenSampler() {}

  /** How one row's token is chosen. */
  record Row(Generation options, long seed, int position) {}

  /** The arguments of {@link #next} for these rows. */
  static Map<String, Object> arguments(List<Row> rows) {
    Map<String, Object> out = new LinkedHashMap<>();
    if (rows.stream().noneMatch(r -> r.options.draws())) {
      return out;
    }
    int n = rows.size();
    float[] temperature = new float[n];
    int[] topK = new int[n];
    float[] topP = new float[n];
    float[] minP = new float[n];
    NDArray seeds = NDArray.zeros(DType.UINT32, Shape.of(n, 2));
    boolean sorts = false;
    boolean floors = false;
    for (int i = 0; i < n; i++) {
      Row r = rows.get(i);
      Generation g = r.options;
      boolean draws = g.draws();
      temperature[i] = draws && g.temperature != null ? g.temperature.floatValue() : 1;
      // a row that does not draw takes the one likeliest
      topK[i] = !draws ? 1 : g.topK == 0 ? Integer.MAX_VALUE : g.topK;
      topP[i] = draws ? (float) g.topP : 1;
      minP[i] = draws ? (float) g.minP : 0;
      sorts |= !draws || g.topK > 0 || g.topP < 1;
      floors |= minP[i] > 0;
      seeds.setLong(2 * i, r.seed & 0xFFFFFFFFL);
      seeds.setLong(2 * i + 1, r.position);
    }
    out.put("temperature", NDArray.of(temperature, n, 1));
    out.put("seeds", seeds);
    if (sorts) {
      out.put("top_k", NDArray.of(topK, n, 1));
      out.put("top_p", NDArray.of(topP, n, 1));
    }
    if (floors) {
      out.put("min_p", NDArray.of(minP, n, 1));
    }
    return out;
  }

  /** The arguments for the tokens at other positions, {@code (rows)}, within a compiled step. */
  static Map<?, ?> at(Tensor positions, Map<?, ?> arguments) {
    Tensor seeds = (Tensor) arguments.get("seeds");
    if (seeds == null) {
      return arguments;
    }
    Map<Object, Object> out = new LinkedHashMap<>(arguments);
    Tensor own = Ops.slice(seeds, new int[] {0, 0}, new int[] {seeds.shape().intDim(0), 1});
    Tensor place = Ops.expandDims(Ops.cast(positions, DType.UINT32), 1);
    out.put("seeds", Ops.concatenate(List.of(own, place), 1));
    return out;
  }

  /**
   * The next token of each row.
   *
   * @param logits {@code (rows, vocabulary)}, float32
   * @param arguments as {@link #arguments} gives them
   * @return {@code (rows)}, int32
   */
  static Tensor next(Tensor logits, Map<?, ?> arguments) {
    Tensor temperature = (Tensor) arguments.get("temperature");
    if (temperature == null) {
      return Ops.cast(Ops.argmax(logits, -1), DType.INT32);
    }
    Tensor x = limited(
        Ops.divide(logits, temperature),
        (Tensor) arguments.get("top_k"),
        (Tensor) arguments.get("top_p"),
        (Tensor) arguments.get("min_p"));
    Tensor sums = Ops.cumsum(Ops.softmax(x, -1), -1);
    int vocabulary = logits.shape().intDim(1);
    Tensor all =
        Ops.slice(sums, new int[] {0, vocabulary - 1}, new int[] {logits.shape().intDim(0), 1});
    Object seeds = Objects.requireNonNull(arguments.get("seeds"));
    List<Tensor> drawn = new ArrayList<>();
    for (int i = 0; i < logits.shape().intDim(0); i++) {
      drawn.add(
          RandomOps.uniform(new int[] {1, 1}, 0.0, 1.0, DType.FLOAT32, Ops.getItem(seeds, i)));
    }
    Tensor limit = Ops.multiply(Ops.concatenate(drawn, 0), all);
    Tensor below = Ops.sum(Ops.cast(Ops.lessEqual(sums, limit), DType.INT32), -1);
    return Ops.minimum(below, vocabulary - 1);
  }

  /** Logits, those of tokens that are left out being next to nothing. */
  static Tensor limited(
      Tensor logits, @Nullable Tensor topK, @Nullable Tensor topP, @Nullable Tensor minP) {
    Tensor x = logits;
    if (topK != null && topP != null) {
      Tensor sorted = Ops.flip(Ops.sort(x, -1), -1);
      Tensor rank = Ops.expandDims(Ops.arange(x.shape().intDim(1), null, null, "int32"), 0);
      Tensor inside = Ops.less(rank, topK);
      Tensor p = Ops.softmax(Ops.where(inside, sorted, NEVER), -1);
      Tensor before = Ops.subtract(Ops.cumsum(p, -1), p);
      Tensor kept = Ops.logicalAnd(inside, Ops.less(before, topP));
      Tensor limit = Ops.min(Ops.where(kept, sorted, -NEVER), -1, true);
      x = Ops.where(Ops.greaterEqual(x, limit), x, NEVER);
    }
    if (minP != null) {
      Tensor p = Ops.softmax(x, -1);
      x = Ops.where(Ops.greaterEqual(p, Ops.multiply(Ops.max(p, -1, true), minP)), x, NEVER);
    }
    return x;
  }
}
