package org.keras4j.training;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.training.callbacks.Callback;

/** What {@code fit} is told, under Keras's names and with its defaults. */
public final class Fit {
  int epochs = 1;

  @Nullable
  Integer batchSize;

  int verbose = 1;
  List<Callback> callbacks = List.of();
  double validationSplit;

  @Nullable
  Object validationX;

  @Nullable
  Object validationY;

  @Nullable
  Object validationWeight;

  @Nullable
  Boolean shuffle;

  @Nullable
  Long shuffleSeed;

  @Nullable
  Map<Integer, Double> classWeight;

  @Nullable
  Object sampleWeight;

  int initialEpoch;

  @Nullable
  Integer stepsPerEpoch;

  @Nullable
  Integer validationSteps;

  @Nullable
  Integer validationBatchSize;

  int validationFreq = 1;
  int readAhead = 2;

  private Fit() {}

  /** One epoch of batches of 32. */
  public static Fit defaults() {
    return new Fit();
  }

  /** That many epochs. */
  public static Fit epochs(int epochs) {
    Fit f = new Fit();
    f.epochs = epochs;
    return f;
  }

  /** Samples a batch; 32 by default. */
  public Fit batchSize(int value) {
    this.batchSize = value;
    return this;
  }

  /**
   * How progress is shown on the standard output.
   *
   * @param value 0 silent, 1 a progress bar, 2 a line an epoch
   * @return these options
   */
  public Fit verbose(int value) {
    this.verbose = value;
    return this;
  }

  /**
   * Whether progress is shown on the standard output.
   *
   * @param value false for 0, true for 1
   * @return these options
   */
  public Fit verbose(boolean value) {
    return verbose(value ? 1 : 0);
  }

  /**
   * How progress is shown on the standard output.
   *
   * @param value {@code "auto"}, the default, a progress bar
   * @return these options
   * @throws IllegalArgumentException if it is another string
   */
  public Fit verbose(String value) {
    if (!value.equals("auto")) {
      throw new IllegalArgumentException("verbose takes 0, 1, 2 or \"auto\", got '" + value + "'");
    }
    return verbose(1);
  }

  public Fit callbacks(Callback... value) {
    this.callbacks = List.of(value);
    return this;
  }

  /** Keeps this fraction of the samples, the last ones before shuffling, for validation. */
  public Fit validationSplit(double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException("validationSplit must be in [0, 1), got " + value);
    }
    this.validationSplit = value;
    return this;
  }

  /**
   * Validates after epochs: with a {@code DataSource}, or an iterable or a supplier of batches. A stream or an iterator
   * serves one validation.
   */
  public Fit validationData(Object source) {
    this.validationX = source;
    return this;
  }

  public Fit validationData(Object x, Object y) {
    this.validationX = x;
    this.validationY = y;
    return this;
  }

  public Fit validationData(Object x, Object y, Object sampleWeight) {
    this.validationWeight = sampleWeight;
    return validationData(x, y);
  }

  /**
   * Whether the samples of arrays, or the batches of a {@code Dataset}, come in another order each epoch. True by
   * default for these. What else gives batches gives them as they come, as in Keras: there true is an error.
   */
  public Fit shuffle(boolean value) {
    this.shuffle = value;
    return this;
  }

  /** Shuffles by this seed: the same orders in each run. */
  public Fit shuffleSeed(long value) {
    this.shuffleSeed = value;
    return this;
  }

  /** A factor for the loss of each class of integer or one-hot targets. */
  public Fit classWeight(Map<Integer, Double> value) {
    this.classWeight = value;
    return this;
  }

  /** A factor for the loss of each sample (or time step), nested as the targets are. */
  public Fit sampleWeight(Object value) {
    this.sampleWeight = value;
    return this;
  }

  /** The epoch to go on from, counted from 0. */
  public Fit initialEpoch(int value) {
    this.initialEpoch = value;
    return this;
  }

  /** Batches an epoch; by default all that the data has. */
  public Fit stepsPerEpoch(int value) {
    this.stepsPerEpoch = value;
    return this;
  }

  public Fit validationSteps(int value) {
    this.validationSteps = value;
    return this;
  }

  public Fit validationBatchSize(int value) {
    this.validationBatchSize = value;
    return this;
  }

  /** Validates every so many epochs; 1 by default. */
  public Fit validationFreq(int value) {
    if (value < 1) {
      throw new IllegalArgumentException("validationFreq must be at least 1, got " + value);
    }
    this.validationFreq = value;
    return this;
  }

  /**
   * How many batches another thread makes ahead of the training, for validation too; 2 by default. 0 has them made on
   * the calling thread when they are needed: for data that looks at what training did last. Where small steps of a long training run several at
   * a time, it makes so many groups ahead, of at most 32 batches and 1 MB, unless the source is one of your own that is not {@link
   * org.keras4j.training.data.DataSource#isGroupable}.
   */
  public Fit readAhead(int batches) {
    if (batches < 0) {
      throw new IllegalArgumentException("readAhead must be at least 0, got " + batches);
    }
    this.readAhead = batches;
    return this;
  }
}
