package org.keras4j.training;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.training.callbacks.Callback;

/** What {@code evaluate} and {@code predict} are told, under Keras's names and with its defaults. */
public final class Run {
  @Nullable
  Integer batchSize;

  Object verbose = 0;

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

  /** 0 silent (the default), 1 a progress bar, 2 a line. */
  public Run verbose(Object value) {
    this.verbose = value;
    return this;
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
