package org.keras4j.training;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.training.callbacks.Callback;

/** What {@code evaluate} and {@code predict} are told, under Keras's names and with its defaults. */
public final class Run {
  @Nullable
  Integer batchSize;

  int verbose = 0;

  @Nullable
  Object sampleWeight;

  @Nullable
  Integer steps;

  List<Callback> callbacks = List.of();
  int readAhead = 2;

  private Run() {}

  /** Batches of 32, silently. */
  public static Run defaults() {
    return new Run();
  }

  /** Batches of that many samples. */
  public static Run batchSize(int value) {
    Run r = new Run();
    r.batchSize = value;
    return r;
  }

  /**
   * How progress is shown on the standard output.
   *
   * @param value 0 silent (the default), 1 a progress bar, 2 a line
   * @return these options
   */
  public Run verbose(int value) {
    this.verbose = value;
    return this;
  }

  /**
   * Whether progress is shown on the standard output.
   *
   * @param value false for 0, true for 1
   * @return these options
   */
  public Run verbose(boolean value) {
    return verbose(value ? 1 : 0);
  }

  /**
   * How progress is shown on the standard output.
   *
   * @param value {@code "auto"}, a progress bar
   * @return these options
   * @throws IllegalArgumentException if it is another string
   */
  public Run verbose(String value) {
    if (!value.equals("auto")) {
      throw new IllegalArgumentException("verbose takes 0, 1, 2 or \"auto\", got '" + value + "'");
    }
    return verbose(1);
  }

  /** Factors of the samples' losses, for {@code evaluate}. */
  public Run sampleWeight(Object value) {
    this.sampleWeight = value;
    return this;
  }

  /** Stops after so many batches. */
  public Run steps(int value) {
    this.steps = value;
    return this;
  }

  public Run callbacks(Callback... value) {
    this.callbacks = List.of(value);
    return this;
  }

  /**
   * How many batches of an iterable, a dataset or the like another thread makes ahead; 2 by default, 0 for none. See
   * {@link Fit#readAhead}.
   */
  public Run readAhead(int batches) {
    if (batches < 0) {
      throw new IllegalArgumentException("readAhead must be at least 0, got " + batches);
    }
    this.readAhead = batches;
    return this;
  }
}
