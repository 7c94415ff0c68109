package org.keras4j.hub.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
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
  private static final float NOT_READ = -1e30f;

  private final CausalBackbone backbone;
  private final Jit jit = Jit.donating(this::step);
  private final Jit running = Jit.donating(this::one);
  private final Jit searching = Jit.donating(this::search);
  private final Jit contrasting = Jit.donating(this::contrast);
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
      running.clear();
      searching.clear();
      contrasting.clear();
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

  /**
   * One step of a token each, which nobody waits for.
   *
   * @param cache what was read; its lengths are not looked at
   * @param tokens the token of each text, {@code (batch, 1)}, int32
   * @param starts where they stand, {@code (batch)}, int32
   * @param choice how the next are chosen, as of {@link #run}, on the device
   * @return the next tokens and where they stand, in these shapes; to be closed
   */
  List<EagerTensor> after(
      KeyValueCache cache, EagerTensor tokens, EagerTensor starts, Map<String, Object> choice) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("tokens", tokens);
    arguments.put("starts", starts);
    arguments.put("fresh", false);
    arguments.put("length", cache.length());
    arguments.put("choice", choice);
    try (TensorScope scope = new TensorScope();
        Ready ready = running.prepare(arguments)) {
      Jit.Step step = running.call(ready, cache.take()).get(0);
      cache.put(step.state());
      List<EagerTensor> out = new ArrayList<>();
      for (Object t : (List<?>) Objects.requireNonNull(step.output())) {
        TensorScope.detach((EagerTensor) t);
        out.add((EagerTensor) t);
      }
      return out;
    }
  }

  private Jit.Step one(List<Tensor> state, @Nullable Object arguments) {
    Map<?, ?> a = (Map<?, ?>) Objects.requireNonNull(arguments);
    CausalBackbone.Cached out = read(state, a);
    int batch = out.hidden().shape().intDim(0);
    Tensor behind = Ops.add(Objects.requireNonNull(a.get("starts")), 1);
    Tensor logits = Ops.cast(backbone.logits(last(out.hidden(), a)), DType.FLOAT32);
    Map<?, ?> choice = (Map<?, ?>) Objects.requireNonNull(a.get("choice"));
    Tensor next = TokenSampler.next(logits, TokenSampler.at(behind, choice));
    // a text that has ended long ago goes on beside others, at the last place
    int most = ((Number) Objects.requireNonNull(a.get("length"))).intValue() - 1;
    return new Jit.Step(
        out.state(), List.of(Ops.reshape(next, batch, 1), Ops.minimum(behind, most)));
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
    List<Tensor> ordered = Boolean.TRUE.equals(a.get("fresh")) ? state : ordered(state, a);
    CausalBackbone.Cached out = read(ordered, a);
    Tensor logits = Ops.cast(backbone.logits(last(out.hidden(), a)), DType.FLOAT32);
    Tensor all = Ops.add(Ops.logSoftmax(logits, -1), Objects.requireNonNull(a.get("scores")));
    List<Tensor> best =
        Ops.topK(Ops.reshape(all, -1), ((Number) Objects.requireNonNull(a.get("kept"))).intValue());
    return new Jit.Step(out.state(), List.of(best.get(0), Ops.cast(best.get(1), DType.INT32)));
  }

  /**
   * What a text may go on with.
   *
   * @param best which of the tokens before was chosen
   * @param probabilities of the tokens that may follow it
   * @param tokens the likeliest, the first first
   */
  record Candidates(int best, float[] probabilities, int[] tokens) {}

  /**
   * One step of a contrastive search: chooses one of several tokens, and tells the likeliest behind it.
   *
   * @param cache its rows are one text, of which the row that was chosen last counts
   * @param vectors of the tokens that were read
   * @param tokens of each row as many, those at its end not counting
   * @param counts how many count
   * @param before what the tokens are, or nothing yet
   * @param penalty how much likeness counts, from 0 to 1
   */
  Candidates candidates(
      KeyValueCache cache,
      ContrastiveDecoding.Vectors vectors,
      int[][] tokens,
      int[] counts,
      Candidates before,
      double penalty) {
    Map<String, Object> arguments = arguments(cache, tokens, counts);
    int width = tokens.length;
    int[] parents = new int[width];
    Arrays.fill(parents, before.best);
    arguments.put("parents", NDArray.of(parents));
    arguments.put("probabilities", NDArray.of(before.probabilities, width));
    arguments.put("penalty", NDArray.scalar(DType.FLOAT32, penalty));
    try (TensorScope scope = new TensorScope();
        Ready ready = contrasting.prepare(arguments)) {
      List<Tensor> state = new ArrayList<>(cache.take());
      state.add(vectors.take());
      Jit.Step step = contrasting.call(ready, state).get(0);
      List<Tensor> next = step.state();
      cache.put(next.subList(0, next.size() - 1));
      vectors.put(next.get(next.size() - 1));
      List<?> out = (List<?>) Objects.requireNonNull(step.output());
      return new Candidates(
          ((Tensor) out.get(0)).toNDArray().toIntArray()[0],
          ((Tensor) out.get(1)).toNDArray().toFloatArray(),
          ((Tensor) out.get(2)).toNDArray().toIntArray());
    }
  }

  private Jit.Step contrast(List<Tensor> state, @Nullable Object arguments) {
    Map<?, ?> a = (Map<?, ?>) Objects.requireNonNull(arguments);
    List<Tensor> rows = state.subList(0, state.size() - 1);
    Tensor vectors = state.get(state.size() - 1);
    boolean fresh = Boolean.TRUE.equals(a.get("fresh"));
    CausalBackbone.Cached out = read(fresh ? rows : ordered(rows, a), a);
    Tensor hidden = last(out.hidden(), a);
    int width = hidden.shape().intDim(0);
    Tensor best;
    Tensor next;
    if (fresh) {
      best = Ops.zeros(new long[] {}, DType.INT32);
      next = Ops.sliceUpdate(vectors, new int[] {0, 0}, unit(Ops.take(out.hidden(), 0, 0)));
    } else {
      Tensor own = unit(hidden);
      Tensor start = Ops.getItem(Objects.requireNonNull(a.get("starts")), 0);
      Tensor slots = Ops.arange(vectors.shape().intDim(0), null, null, "int32");
      Tensor likeness =
          Ops.where(Ops.less(slots, start), Ops.matmul(own, Ops.transpose(vectors)), NOT_READ);
      Tensor penalty = (Tensor) Objects.requireNonNull(a.get("penalty"));
      Tensor scores = Ops.subtract(
          Ops.multiply(Ops.subtract(1, penalty), Objects.requireNonNull(a.get("probabilities"))),
          Ops.multiply(penalty, Ops.max(likeness, -1)));
      best = Ops.cast(Ops.argmax(scores), DType.INT32);
      next = Ops.sliceUpdate(vectors, List.of(start, 0), Ops.expandDims(Ops.take(own, best, 0), 0));
    }
    Tensor logits = Ops.cast(backbone.logits(hidden), DType.FLOAT32);
    List<Tensor> likely = Ops.topK(Ops.softmax(Ops.take(logits, best, 0), -1), width);
    List<Tensor> all = new ArrayList<>(out.state());
    all.add(next);
    return new Jit.Step(all, List.of(best, likely.get(0), Ops.cast(likely.get(1), DType.INT32)));
  }

  private static List<Tensor> ordered(List<Tensor> rows, Map<?, ?> a) {
    Object parents = Objects.requireNonNull(a.get("parents"));
    return rows.stream().map(t -> Ops.take(t, parents, 0)).toList();
  }

  private static Tensor unit(Tensor hidden) {
    Tensor x = Ops.cast(hidden, DType.FLOAT32);
    return Ops.divide(x, Ops.sqrt(Ops.sum(Ops.square(x), -1, true)));
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
