package org.keras4j.ops.internal.nn;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.Sort;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.composite.SoftmaxComposites;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Promotion;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.types.CtcDecodeOptions;

/** Connectionist temporal classification: its loss, and decoding. */
public final class CtcOps {
  // stands for the logarithm of 0, far below any sum of logarithms, and finite
  private static final double LOG_ZERO = -1e5;

  private CtcOps() {}

  /** {@link #ctcLoss(Object, Object, Object, Object, int)} where class 0 is the blank. */
  public static Tensor ctcLoss(
      Object target, Object output, Object targetLength, Object outputLength) {
    return ctcLoss(target, output, targetLength, outputLength, 0);
  }

  /**
   * The negative logarithm of how likely label sequences are, summed over all alignments with blanks
   * between ({@code keras.ops.ctc_loss}; Graves et al. 2006).
   *
   * @param target classes {@code (batch, labels)}, labels known
   * @param output logits {@code (batch, time, classes)}
   * @param targetLength how many labels count {@code (batch,)}
   * @param outputLength how many steps count {@code (batch,)}
   * @param maskIndex the class that stands for the blank
   * @return {@code (batch,)}, at least float32
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Tensor ctcLoss(
      Object target, Object output, Object targetLength, Object outputLength, int maskIndex) {
    return Op.call(
        "ops.ctc_loss", CtcOps::loss, target, output, targetLength, outputLength, maskIndex);
  }

  // with the size of the batch, where a tensor along it tells that
  private static Tensor known(Tensor x, Tensor other) {
    if (x.shape().dim(0) >= 0 || other.shape().dim(0) < 0) {
      return x;
    }
    long[] d = new long[x.rank()];
    java.util.Arrays.fill(d, 1);
    d[0] = other.shape().dim(0);
    return Prims.add(x, Prims.full(Shape.of(d), x.dtype(), 0));
  }

  private static Tensor loss(Op.Args a) {
    Tensor target = a.tensor(0, DType.INT32);
    Tensor given = a.tensor(1);
    Tensor output = Prims.convert(given, Promotion.resultType(given.dtype(), DType.FLOAT32));
    Tensor targetLength = a.tensor(2, DType.INT32);
    Tensor outputLength = a.tensor(3, DType.INT32);
    Shape batch = target.shape().slice(0, Math.min(1, target.rank()));
    if (target.rank() != 2
        || output.rank() != 3
        || targetLength.rank() != 1
        || outputLength.rank() != 1
        || !batch.isCompatible(output.shape().slice(0, 1))
        || !batch.isCompatible(targetLength.shape())
        || !batch.isCompatible(outputLength.shape())) {
      throw new IllegalArgumentException(
          a.name() + ": expected target (batch, labels), output (batch, time, classes) and lengths"
              + " (batch,), got " + target.shape() + ", " + output.shape() + ", "
              + targetLength.shape() + " and " + outputLength.shape());
    }
    for (Tensor other : List.of(target, output, targetLength, outputLength)) {
      target = known(target, other);
      output = known(output, other);
      targetLength = known(targetLength, other);
      outputLength = known(outputLength, other);
    }
    DType t = output.dtype();
    int labels = target.shape().intDim(1);
    Tensor logs = SoftmaxComposites.logSoftmax(output, 2);
    // (batch, time, labels): how likely each label is at each step
    Tensor hot = Prims.convert(
        Prims.eq(Prims.expandDims(target, 2), Prims.iotaOf(output, 2, DType.INT32)), t);
    Tensor emit =
        Prims.dot(logs, hot, new int[] {0}, new int[] {0}, new int[] {2}, new int[] {2}, null);
    Tensor blank = Prims.slice(logs, 2, a.integer(4), a.integer(4) + 1L);
    Tensor steps = Prims.iotaOf(output, 1, DType.INT32);
    // (time, batch, 1)
    Tensor valid = Prims.expandDims(
        Prims.lt(Prims.expandDims(steps, 1), Prims.expandDims(outputLength, 0)), 2);
    Tensor repeats = repeats(target, t, labels);
    Tensor row = Prims.slice(Prims.slice(logs, 1, 0, 1), 2, 0, 1);
    Tensor one = Prims.zerosLike(Prims.sum(row, 2));
    Tensor open = Prims.broadcastLike(Prims.scalar(t, LOG_ZERO), columns(one, labels));
    // states after each label: phi, last a blank, of none to all labels, and emit, last the label
    List<Tensor> carries = List.of(Prims.concat(List.of(one, open), 1), open);
    List<Tensor> sequences = List.of(Prims.swap(emit, 0, 1), Prims.swap(blank, 0, 1), valid);
    List<Tensor> last = alignments(carries, sequences, repeats);
    Tensor phi = advanced(last.get(0), last.get(1));
    Tensor places = Prims.iota(Shape.of(labels + 1L), 0, DType.INT32);
    // no more labels count than there are
    Tensor limit = Prims.min(targetLength, Prims.scalar(DType.INT32, (long) labels));
    Tensor end = Prims.eq(Prims.expandDims(limit, 1), places);
    return Prims.neg(Prims.sum(Prims.select(end, phi, Prims.scalarLike(phi, 0)), 1));
  }

  // (batch, labels) of which a tensor (batch, 1) tells the batch
  private static Tensor columns(Tensor one, int labels) {
    return Prims.add(one, Prims.full(Shape.of(labels), one.dtype(), 0));
  }

  // 1 where the next label is the same, (batch, labels)
  private static Tensor repeats(Tensor target, DType t, int labels) {
    if (labels < 2) {
      return Prims.convert(Prims.zerosLike(target), t);
    }
    Tensor same =
        Prims.eq(Prims.slice(target, 1, 0, labels - 1L), Prims.slice(target, 1, 1, labels));
    return Prims.pad(Prims.convert(same, t), 0, new long[] {0, 0}, new long[] {0, 1});
  }

  private static Tensor logAdd(Tensor x, Tensor y) {
    Tensor gap = Prims.minusModulus(Prims.sub(x, y));
    return Prims.add(Prims.max(x, y), Prims.unary(UnaryKind.LOG1P, Prims.exp(gap)));
  }

  // phi with what comes from emit added to its states after the first
  private static Tensor advanced(Tensor phi, Tensor added) {
    Tensor first = Prims.slice(phi, 1, 0, 1);
    Tensor rest = Prims.slice(phi, 1, 1, Long.MAX_VALUE);
    return Prims.concat(List.of(first, logAdd(rest, added)), 1);
  }

  private static List<Tensor> alignments(
      List<Tensor> carries, List<Tensor> sequences, Tensor repeats) {
    List<TensorSpec> specs = new ArrayList<>();
    carries.forEach(x -> specs.add(x.spec()));
    sequences.forEach(x -> specs.add(x.spec().withShape(x.shape().slice(1))));
    specs.add(repeats.spec());
    List<Tensor> captured = new ArrayList<>();
    Graph body = Trace.subgraph(specs, captured, s -> {
      Tensor phi = s.get(0);
      Tensor emit = s.get(1);
      Tensor label = s.get(2);
      Tensor blank = s.get(3);
      Tensor repeat = s.get(5);
      // without a blank between, only to a label that differs
      Tensor direct = advanced(phi, Prims.add(emit, Prims.mul(repeat, LOG_ZERO)));
      Tensor from = Prims.slice(direct, 1, 0, direct.shape().dim(1) - 1);
      Tensor nextEmit = logAdd(Prims.add(from, label), Prims.add(emit, label));
      Tensor onlyRepeat = Prims.mul(Prims.sub(1, repeat), LOG_ZERO);
      Tensor nextPhi =
          advanced(Prims.add(direct, blank), Prims.add(Prims.add(emit, blank), onlyRepeat));
      return List.of(Prims.select(s.get(4), nextPhi, phi), Prims.select(s.get(4), nextEmit, emit));
    });
    List<Tensor> in = new ArrayList<>(carries);
    in.addAll(sequences);
    in.add(repeats);
    in.addAll(captured);
    long time = sequences.get(0).shape().dim(0);
    return Engine.bind(new Scan(body, 2, 3, time, false), in);
  }

  /** {@link #ctcDecode(Object, Object, String, int, int, boolean, int)}, greedy. */
  public static List<Tensor> ctcDecode(Object inputs, Object sequenceLengths) {
    return ctcDecode(inputs, sequenceLengths, "greedy", 100, 1, true, 0);
  }

  /**
   * {@link #ctcDecode(Object, Object, String, int, int, boolean, int)} with options.
   *
   * @param inputs logits {@code (batch, time, classes)}
   * @param sequenceLengths how many steps count {@code (batch,)}
   * @param options how sequences are searched for
   * @return labels and scores
   * @throws IllegalArgumentException if the strategy is none, or the shapes do not fit
   */
  public static List<Tensor> ctcDecode(
      Object inputs, Object sequenceLengths, CtcDecodeOptions options) {
    return ctcDecode(
        inputs,
        sequenceLengths,
        options.strategy(),
        options.beamWidth(),
        options.topPaths(),
        options.mergeRepeated(),
        options.maskIndex());
  }

  /**
   * The most likely label sequences ({@code keras.ops.ctc_decode}).
   *
   * @param inputs logits {@code (batch, time, classes)}
   * @param sequenceLengths how many steps count {@code (batch,)}
   * @param strategy {@code "greedy"}: the best class of each step; or {@code "beam_search"}
   * @param beamWidth how many sequences a beam search keeps
   * @param topPaths how many sequences a beam search gives
   * @param mergeRepeated whether greedy decoding takes equal neighbours for one label
   * @param maskIndex the class that stands for the blank
   * @return int32 labels {@code (paths, batch, time)}, -1 after the last, and scores
   *     {@code (batch, paths)}: greedy, the negative sum of the best logits; of a beam search the logarithm
   *     of how likely a sequence is
   * @throws IllegalArgumentException if the strategy is another, or the shapes do not fit
   */
  public static List<Tensor> ctcDecode(
      Object inputs,
      Object sequenceLengths,
      String strategy,
      int beamWidth,
      int topPaths,
      boolean mergeRepeated,
      int maskIndex) {
    return Op.call(
        "ops.ctc_decode",
        a -> {
          Tensor given = a.tensor(0);
          Tensor x = Prims.convert(given, Promotion.resultType(given.dtype(), DType.FLOAT32));
          Tensor lengths = a.tensor(1, DType.INT32);
          if (x.rank() != 3
              || lengths.rank() != 1
              || !lengths.shape().isCompatible(x.shape().slice(0, 1))) {
            throw new IllegalArgumentException(
                a.name() + ": expected inputs (batch, time, classes) and sequence_lengths (batch,),"
                    + " got " + x.shape() + " and " + lengths.shape());
          }
          x = known(x, lengths);
          lengths = known(lengths, x);
          int mask = a.integer(6);
          if ("greedy".equals(a.get(2))) {
            return greedy(x, lengths, a.flag(5), mask);
          } else if ("beam_search".equals(a.get(2))) {
            return beam(x, lengths, a.integer(3), a.integer(4), mask);
          }
          throw new IllegalArgumentException(
              a.name() + ": strategy must be 'greedy' or 'beam_search', got '" + a.get(2) + "'");
        },
        inputs,
        sequenceLengths,
        strategy,
        beamWidth,
        topPaths,
        mergeRepeated,
        maskIndex);
  }

  private static List<Tensor> greedy(Tensor x, Tensor lengths, boolean merge, int mask) {
    Tensor best = Prims.argReduce(true, x, 2);
    Tensor scores = Prims.reduce(ReduceKind.MAX, x, 2);
    Tensor steps = Prims.iotaOf(x, 1, DType.INT32);
    Tensor beyond = Prims.ge(Prims.expandDims(steps, 0), Prims.expandDims(lengths, 1));
    Tensor blank = Prims.scalar(DType.INT32, (long) mask);
    Tensor labels = Prims.select(beyond, blank, best);
    scores = Prims.select(beyond, Prims.scalarLike(scores, 0), scores);
    if (merge) {
      // each label compared with the one before; a number that is no class stands before the first
      Tensor before = Prims.pad(labels, -2, new long[] {0, 1}, new long[] {0, -1});
      labels = Prims.select(Prims.eq(labels, before), blank, labels);
    }
    Tensor none = Prims.eq(labels, blank);
    labels = Prims.select(none, Prims.scalar(DType.INT32, -1L), labels);
    // stably sorted by whether they are blank, labels come first in their order
    Tensor key = Prims.convert(none, DType.INT32);
    Tensor sorted = Engine.bind(new Sort(1, false), List.of(key, labels)).get(1);
    return List.of(Prims.expandDims(sorted, 0), Prims.neg(Prims.sumKeep(scores, 1)));
  }

  private static List<Tensor> beam(Tensor x, Tensor lengths, int width, int paths, int mask) {
    if (width < 1 || paths < 1) {
      throw new IllegalArgumentException(
          "ops.ctc_decode: beam_width and top_paths must be at least 1, got " + width + " and "
              + paths);
    }
    BeamSearch search =
        new BeamSearch(width, mask, x.shape().intDim(1), x.shape().intDim(2));
    return search.decode(SoftmaxComposites.logSoftmax(x, 2), lengths, paths);
  }
}
