package org.keras4j.hub.generation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.Variable;
import org.keras4j.hub.decoder.CausalBackbone;
import org.keras4j.hub.decoder.KeyValueCache;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.compile.Ready;

/**
 * The compiled steps of a decoder: tokens in, the next ones out, all between on the device, the cache being written in place.
 * There is one executable for each shape of tokens and of the cache. Threads may share it, each with a cache of its own.
 */
final class DecodingSteps {
  private final CausalBackbone backbone;
  private final Jit jit = Jit.donating(this::step);
  private final Jit searching = Jit.donating(this::search);
  private final Jit inserting = Jit.donating(DecodingSteps::inserted);
  private List<Variable> weights = List.of();

  DecodingSteps(CausalBackbone backbone) {
    this.backbone = backbone;
  }

  CausalBackbone backbone() {
    return backbone;
  }

  /** Forgets what was compiled if the network has other weights now, as after quantization. */
  synchronized void follow() {
    List<Variable> now = backbone.variables();
    if (!now.equals(weights)) {
      jit.clear();
      searching.clear();
      weights = now;
    }
  }

  /**
   * One step.
   *
   * @param cache what was read; its lengths tell where the tokens stand, and stay as they are
   * @param tokens of each text as many, those at its end not counting
   * @param counts how many count
   * @param choice how the next are chosen, from {@link TokenSampler#arguments}
   * @param everywhere whether a token is chosen after each one given, instead of after the last that counts
   * @return the next token of each text, or everywhere those after each
   */
  int[] run(
      KeyValueCache cache,
      int[][] tokens,
      int[] counts,
      Map<String, Object> choice,
      boolean everywhere) {
    Map<String, Object> arguments = arguments(cache, tokens, counts);
    arguments.put("choice", choice);
    arguments.put("everywhere", everywhere);
    try (TensorScope scope = new TensorScope();
        Ready ready = jit.prepare(arguments)) {
      Jit.Step step = jit.call(ready, cache.take()).get(0);
      cache.put(step.state());
      return ((Tensor) Objects.requireNonNull(step.output())).toNDArray().toIntArray();
    }
  }

  private static Map<String, Object> arguments(KeyValueCache cache, int[][] tokens, int[] counts) {
    int batch = tokens.length;
    int time = tokens[0].length;
    int[] flat = new int[batch * time];
    int[] starts = new int[batch];
    boolean fresh = true;
    for (int i = 0; i < batch; i++) {
      System.arraycopy(tokens[i], 0, flat, i * time, time);
      starts[i] = cache.lengthOf(i);
      fresh &= starts[i] == 0;
    }
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("tokens", NDArray.of(flat, batch, time));
    arguments.put("starts", NDArray.of(starts));
    arguments.put("counts", NDArray.of(counts));
    arguments.put("fresh", fresh);
    // the shapes of the state, which are no arguments
    arguments.put("length", cache.length());
    return arguments;
  }

  /**
   * The likeliest continuations of several beams together.
   *
   * @param scores the logarithms of their probabilities, the likeliest first
   * @param places for each the beam times the size of the vocabulary, and the token
   */
  record Best(float[] scores, int[] places) {}

  /**
   * One step of a search by beams.
   *
   * @param cache of the beams; its rows are put into the order of the parents first
   * @param tokens of each beam as many, those at its end not counting
   * @param counts how many count
   * @param parents which row of the cache each beam goes on from
   * @param scores the logarithm of each beam's probability
   * @param kept how many continuations are wanted
   */
  Best best(
      KeyValueCache cache, int[][] tokens, int[] counts, int[] parents, float[] scores, int kept) {
    Map<String, Object> arguments = arguments(cache, tokens, counts);
    arguments.put("parents", NDArray.of(parents));
    arguments.put("scores", NDArray.of(scores, scores.length, 1));
    arguments.put("kept", kept);
    try (TensorScope scope = new TensorScope();
        Ready ready = searching.prepare(arguments)) {
      Jit.Step step = searching.call(ready, cache.take()).get(0);
      cache.put(step.state());
      List<?> out = (List<?>) Objects.requireNonNull(step.output());
      return new Best(
          ((Tensor) out.get(0)).toNDArray().toFloatArray(),
          ((Tensor) out.get(1)).toNDArray().toIntArray());
    }
  }

  private Jit.Step search(List<Tensor> state, @Nullable Object arguments) {
    Map<?, ?> a = (Map<?, ?>) Objects.requireNonNull(arguments);
    List<Tensor> ordered = state;
    if (!Boolean.TRUE.equals(a.get("fresh"))) {
      Object parents = Objects.requireNonNull(a.get("parents"));
      ordered = state.stream().map(t -> Ops.take(t, parents, 0)).toList();
    }
    CausalBackbone.Cached out = read(ordered, a);
    Tensor logits = Ops.cast(backbone.logits(last(out.hidden(), a)), DType.FLOAT32);
    Tensor all = Ops.add(Ops.logSoftmax(logits, -1), Objects.requireNonNull(a.get("scores")));
    List<Tensor> best =
        Ops.topK(Ops.reshape(all, -1), ((Number) Objects.requireNonNull(a.get("kept"))).intValue());
    return new Jit.Step(out.state(), List.of(best.get(0), Ops.cast(best.get(1), DType.INT32)));
  }

  private CausalBackbone.Cached read(List<Tensor> state, Map<?, ?> a) {
    Tensor tokens = (Tensor) Objects.requireNonNull(a.get("tokens"));
    Tensor starts = (Tensor) Objects.requireNonNull(a.get("starts"));
    return backbone.cached(tokens, starts, state, Boolean.TRUE.equals(a.get("fresh")));
  }

  // the vectors of the last tokens that count, (batch, hidden)
  private static Tensor last(Tensor hidden, Map<?, ?> a) {
    int batch = hidden.shape().intDim(0);
    int width = hidden.shape().intDim(2);
    if (hidden.shape().dim(1) == 1) {
      return Ops.reshape(hidden, batch, width);
    }
    Tensor last = Ops.subtract(Objects.requireNonNull(a.get("counts")), 1);
    Tensor place = Ops.broadcastTo(Ops.reshape(last, batch, 1, 1), new long[] {batch, 1, width});
    return Ops.reshape(Ops.takeAlongAxis(hidden, place, 1), batch, width);
  }

  /** Copies the text of a cache of one into a row of another cache of the same length. */
  void insert(KeyValueCache into, KeyValueCache one, int row) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("one", one.state());
    arguments.put("row", NDArray.scalar(DType.INT32, (long) row));
    arguments.put("batch", into.batch());
    try (TensorScope scope = new TensorScope();
        Ready ready = inserting.prepare(arguments)) {
      into.put(inserting.call(ready, into.take()).get(0).state());
    }
  }

  private static Jit.Step inserted(List<Tensor> state, @Nullable Object arguments) {
    Map<?, ?> a = (Map<?, ?>) Objects.requireNonNull(arguments);
    List<?> one = (List<?>) Objects.requireNonNull(a.get("one"));
    Object row = Objects.requireNonNull(a.get("row"));
    List<Tensor> next = new ArrayList<>();
    for (int i = 0; i < state.size(); i++) {
      next.add(Ops.sliceUpdate(state.get(i), List.of(row, 0, 0, 0), one.get(i)));
    }
    return new Jit.Step(next, null);
  }

  private Jit.Step step(List<Tensor> state, @Nullable Object arguments) {
    Map<?, ?> a = (Map<?, ?>) Objects.requireNonNull(arguments);
    CausalBackbone.Cached out = read(state, a);
    Tensor hidden = Boolean.TRUE.equals(a.get("everywhere"))
        ? Ops.reshape(out.hidden(), -1, out.hidden().shape().last())
        : last(out.hidden(), a);
    Tensor logits = Ops.cast(backbone.logits(hidden), DType.FLOAT32);
    Tensor next = TokenSampler.next(logits, (Map<?, ?>) Objects.requireNonNull(a.get("choice")));
    return new Jit.Step(out.state(), next);
  }
}
