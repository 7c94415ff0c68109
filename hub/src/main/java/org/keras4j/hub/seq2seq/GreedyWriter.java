package org.keras4j.hub.seq2seq;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.layers.CallArgs;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.compile.Ready;

/**
 * Writes the likeliest token each time. What is read goes through the encoder once; each token goes through one compiled step
 * with the keys and values of those before. Threads may share one.
 */
final class GreedyWriter {
  private static final int ROOM =
      64; // lengths of the memory are multiples, so that few programs serve all

  private final EncoderDecoder graphs;
  private final Jit reading;
  private final Jit step;

  GreedyWriter(EncoderDecoder graphs) {
    this.graphs = graphs;
    this.reading =
        Jit.of(in -> graphs.reading().invokeNested(Objects.requireNonNull(in), CallArgs.of()));
    this.step = Jit.stateful(this::step);
  }

  private Jit.Step step(List<Tensor> past, @Nullable Object arguments) {
    Map<String, Object> in = new LinkedHashMap<>();
    ((Map<?, ?>) Objects.requireNonNull(arguments)).forEach((k, v) -> in.put((String) k, v));
    Object penalty = Objects.requireNonNull(in.remove("penalty"));
    for (int i = 0; i < graphs.layers(); i++) {
      in.put("past_key_" + i, past.get(2 * i));
      in.put("past_value_" + i, past.get(2 * i + 1));
    }
    Map<?, ?> out = (Map<?, ?>) graphs.step().invokeNested(in, CallArgs.of());
    List<Tensor> state = new ArrayList<>();
    for (int i = 0; i < graphs.layers(); i++) {
      state.add((Tensor) Objects.requireNonNull(out.get("past_key_" + i)));
      state.add((Tensor) Objects.requireNonNull(out.get("past_value_" + i)));
    }
    Tensor logits = Ops.add(Objects.requireNonNull(out.get("logits")), penalty);
    return new Jit.Step(state, Ops.cast(Ops.argmax(logits, -1), DType.INT32));
  }

  /**
   * What writing keeps to.
   *
   * @param start the tokens that each text begins with, one or more
   * @param end the token that ends one
   * @param most how many tokens are written at most
   * @param never tokens that are never written
   * @param notFirst tokens that are not written first
   */
  record Rules(int[] start, int end, int most, List<Integer> never, List<Integer> notFirst) {
    private NDArray penalty(int vocabulary, boolean first) {
      NDArray out = NDArray.zeros(DType.FLOAT32, Shape.of(vocabulary));
      never.forEach(t -> out.setDouble(t, -1e30));
      if (first) {
        notFirst.forEach(t -> out.setDouble(t, -1e30));
      }
      return out;
    }
  }

  /**
   * Writes for a batch.
   *
   * @param read what the encoder takes, the first axis counting texts
   * @param kept inputs of it that the steps take too
   * @param rules what it keeps to
   * @return the tokens of each, without those at the beginning and without the end
   */
  List<int[]> write(Map<String, NDArray> read, List<String> kept, Rules rules) {
    int[] start = rules.start;
    int most = rules.most;
    int vocabulary = graphs.model().outputs().get(0).shape().intDim(-1);
    NDArray first = rules.penalty(vocabulary, true);
    NDArray later = rules.penalty(vocabulary, false);
    int batch = read.values().iterator().next().shape().intDim(0);
    int room = (start.length + most + ROOM - 1) / ROOM * ROOM;
    int[][] out = new int[batch][start.length + most];
    int[] length = new int[batch];
    Arrays.fill(length, -1);
    try (TensorScope scope = new TensorScope()) {
      Map<String, Object> given = new LinkedHashMap<>();
      ((Map<?, ?>) Objects.requireNonNull(reading.call(read)))
          .forEach((k, v) -> given.put((String) k, v));
      kept.forEach(k -> given.put(k, Objects.requireNonNull(read.get(k))));
      List<Tensor> past = new ArrayList<>();
      for (int i = 0; i < 2 * graphs.layers(); i++) {
        past.add(Ops.zeros(
            new long[] {batch, room, graphs.heads(), graphs.size()},
            graphs.model().computeDtype()));
      }
      for (int[] row : out) {
        System.arraycopy(start, 0, row, 0, start.length);
      }
      for (int at = 0;
          at < start.length + most - 1 && Arrays.stream(length).anyMatch(n -> n < 0);
          at++) {
        given.putAll(place(out, at, room));
        given.put("penalty", at < start.length ? first : later);
        try (Ready ready = step.prepare(given)) {
          Jit.Step s = step.call(ready, past).get(0);
          past = s.state();
          if (at >= start.length - 1) {
            NDArray next = ((Tensor) Objects.requireNonNull(s.output())).toNDArray();
            for (int i = 0; i < batch; i++) {
              out[i][at + 1] = next.getInt(i);
              length[i] = length[i] < 0 && next.getInt(i) == rules.end ? at + 1 : length[i];
            }
          }
        }
      }
    }
    List<int[]> texts = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      int n = length[i] < 0 ? start.length + most : length[i];
      texts.add(Arrays.copyOfRange(out[i], start.length, n));
    }
    return texts;
  }

  // what a step is told of the place that it writes to
  private Map<String, Object> place(int[][] written, int at, int room) {
    int batch = written.length;
    int[] token = new int[batch];
    NDArray here = NDArray.zeros(DType.BOOL, Shape.of(batch, room));
    NDArray known = NDArray.zeros(DType.BOOL, Shape.of(batch, room));
    int[] bucket = new int[batch * room];
    int[] place = new int[batch];
    RelativeBuckets buckets = graphs.buckets();
    for (int i = 0; i < batch; i++) {
      token[i] = written[i][at];
      place[i] = at;
      here.setLong(i * room + at, 1);
      for (int k = 0; k <= at; k++) {
        known.setLong(i * room + k, 1);
        bucket[i * room + k] = buckets == null ? 0 : buckets.bucket(at, k);
      }
    }
    Map<String, Object> in = new LinkedHashMap<>();
    in.put("token", NDArray.of(token, batch, 1));
    in.put("here", here);
    in.put("known", known);
    if (buckets == null) {
      in.put("place", NDArray.of(place, batch, 1));
    } else {
      in.put("bucket", NDArray.of(bucket, batch, room));
    }
    return in;
  }
}
