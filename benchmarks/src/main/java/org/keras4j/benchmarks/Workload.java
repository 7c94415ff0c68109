package org.keras4j.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What can be measured: the kind of measurement, its usual batch sizes, and the most timed steps. */
public enum Workload {
  MLP_TRAIN(Kind.TRAIN, 128, 128, 200),
  CNN_TRAIN(Kind.TRAIN, 128, 128, 60),
  RESNET50_INFER(Kind.INFER, 1, 32, 40),
  RESNET50_TRAIN(Kind.TRAIN, 8, 256, 20),
  MOBILENETV2_INFER(Kind.INFER, 1, 32, 100),
  EFFICIENTNETB0_INFER(Kind.INFER, 1, 32, 60),
  CONVNEXTTINY_INFER(Kind.INFER, 1, 32, 40),
  RESNET50_INFER_32(Kind.INFER, 32, 32, 10),
  MOBILENETV2_INFER_32(Kind.INFER, 32, 32, 20),
  EFFICIENTNETB0_INFER_32(Kind.INFER, 32, 32, 10),
  CONVNEXTTINY_INFER_32(Kind.INFER, 32, 32, 10),
  LSTM_TRAIN(Kind.TRAIN, 32, 32, 60),
  TRANSFORMER_TRAIN(Kind.TRAIN, 32, 32, 30),
  GPT2_TRAIN(Kind.TRAIN, 1, 32, 20),
  DECODER_1B_TRAIN(Kind.TRAIN, 1, 4, 10),
  BERT_LARGE_TRAIN(Kind.TRAIN, 1, 32, 20),
  LLAMA_1B_DECODE(Kind.DECODE, 1, 1, 10),
  LLAMA_8B_DECODE(Kind.DECODE, 1, 1, 10),
  BERT_BASE_INFER(Kind.INFER, 1, 8, 40),
  EAGER_OVERHEAD_3(Kind.EAGER, 1, 1, 100),
  EAGER_OVERHEAD_500(Kind.EAGER, 1, 1, 30),
  COMPILED_DISPATCH_3(Kind.DISPATCH, 1, 1, 300),
  COMPILED_DISPATCH_500(Kind.DISPATCH, 1, 1, 60),
  FIT_LOOP(Kind.FIT, 32, 32, 40),
  STRINGS(Kind.STRINGS, 32, 32, 40),
  TABLES(Kind.TABLES, 128, 128, 40),
  QUANTIZED(Kind.QUANTIZED, 1, 1, 200),
  PREDICT_LATENCY(Kind.LATENCY, 1, 1, 5);

  /** How a workload is measured. */
  public enum Kind {
    /** {@code trainOnBatch}, each call timed, and {@code fit} over the same batches. */
    TRAIN,
    /** {@code predictOnBatch}, each call timed. */
    INFER,
    /** Calls of the model outside any compiled function. */
    EAGER,
    /** The cost of a compiled call: through the public methods, and bare. */
    DISPATCH,
    /** Whole epochs of {@code fit} of a small network. */
    FIT,
    /** Likewise, of networks that begin with layers on strings, against those that get what these make. */
    STRINGS,
    /** Likewise, from files of tables, against arrays. */
    TABLES,
    /** Texts continued by a language model, a token at a time. */
    DECODE,
    /** Calls of networks with weights of floats and of integers. */
    QUANTIZED,
    /** {@code predict} of one row, from several threads. */
    LATENCY
  }

  private final Kind kind;
  private final int cpuBatch;
  private final int gpuBatch;
  private final int steps;

  Workload(Kind kind, int cpuBatch, int gpuBatch, int steps) {
    this.kind = kind;
    this.cpuBatch = cpuBatch;
    this.gpuBatch = gpuBatch;
    this.steps = steps;
  }

  public Kind kind() {
    return kind;
  }

  /** The rows a batch, unless told otherwise. */
  public int batch(boolean gpu) {
    return gpu ? gpuBatch : cpuBatch;
  }

  /** The most steps that are timed. */
  public int steps() {
    return steps;
  }

  /** The name on the command line, {@code mlp_train}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The tokens of a row, where rows are of tokens and the peers measure the share of a GPU's peak: else 0. */
  int tokens(Sizes sizes) {
    return switch (this) {
      case GPT2_TRAIN -> sizes.context();
      case DECODER_1B_TRAIN -> 4 * sizes.context();
      case BERT_LARGE_TRAIN -> Math.min(512, sizes.context());
      default -> 0;
    };
  }

  /** The layers of the chains of small dense layers. */
  int layers() {
    return name().endsWith("_500") ? 500 : 3;
  }

  /**
   * The workloads of a name: the one that has it, or those of {@code eager_overhead} and {@code compiled_dispatch}, or
   * {@code all}.
   *
   * @throws IllegalArgumentException if there is none, listing the names
   */
  public static List<Workload> named(String name) {
    List<Workload> found = Arrays.stream(values())
        .filter(w -> name.equals("all") || w.label().equals(name))
        .toList();
    if (found.isEmpty()) {
      found = Arrays.stream(values())
          .filter(w -> w.label().matches(Pattern.quote(name) + "_[0-9]+"))
          .toList();
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException("Unknown workload '" + name + "', expected one of "
          + Arrays.stream(values()).map(Workload::label).toList());
    }
    return found;
  }
}
