package org.keras4j.training.callbacks;

import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A callback of functions ({@code keras.callbacks.LambdaCallback}): {@code new
 * LambdaCallback().onEpochEnd((epoch, logs) -> ...)}.
 */
public final class LambdaCallback extends Callback {
  private static final At NOTHING = (index, logs) -> {};

  private At epochBegin = (index, logs) -> {};
  private At epochEnd = (index, logs) -> {};
  private Consumer<Logs> trainBegin = logs -> {};
  private Consumer<Logs> trainEnd = logs -> {};
  private At trainBatchBegin = NOTHING;
  private At trainBatchEnd = NOTHING;
  private Consumer<Logs> testBegin = logs -> {};
  private Consumer<Logs> testEnd = logs -> {};
  private At testBatchBegin = NOTHING;
  private At testBatchEnd = NOTHING;
  private Consumer<Logs> predictBegin = logs -> {};
  private Consumer<Logs> predictEnd = logs -> {};
  private At predictBatchBegin = NOTHING;
  private At predictBatchEnd = NOTHING;

  /** What is done at an epoch or batch, counted from 0. */
  @FunctionalInterface
  public interface At {
    void run(int index, Logs logs);
  }

  /** Before an epoch. */
  public LambdaCallback onEpochBegin(At action) {
    this.epochBegin = action;
    return this;
  }

  /** After an epoch. */
  public LambdaCallback onEpochEnd(At action) {
    this.epochEnd = action;
    return this;
  }

  /** Before training. */
  public LambdaCallback onTrainBegin(Consumer<Logs> action) {
    this.trainBegin = action;
    return this;
  }

  /** After training. */
  public LambdaCallback onTrainEnd(Consumer<Logs> action) {
    this.trainEnd = action;
    return this;
  }

  /** Before a batch of training. */
  public LambdaCallback onTrainBatchBegin(At action) {
    this.trainBatchBegin = action;
    return this;
  }

  /** After a batch of training. */
  public LambdaCallback onTrainBatchEnd(At action) {
    this.trainBatchEnd = action;
    return this;
  }

  /** Before evaluation. */
  public LambdaCallback onTestBegin(Consumer<Logs> action) {
    this.testBegin = action;
    return this;
  }

  /** After evaluation. */
  public LambdaCallback onTestEnd(Consumer<Logs> action) {
    this.testEnd = action;
    return this;
  }

  /** Before a batch of evaluation. */
  public LambdaCallback onTestBatchBegin(At action) {
    this.testBatchBegin = action;
    return this;
  }

  /** After a batch of evaluation. */
  public LambdaCallback onTestBatchEnd(At action) {
    this.testBatchEnd = action;
    return this;
  }

  /** Before prediction. */
  public LambdaCallback onPredictBegin(Consumer<Logs> action) {
    this.predictBegin = action;
    return this;
  }

  /** After prediction. */
  public LambdaCallback onPredictEnd(Consumer<Logs> action) {
    this.predictEnd = action;
    return this;
  }

  /** Before a batch of prediction. */
  public LambdaCallback onPredictBatchBegin(At action) {
    this.predictBatchBegin = action;
    return this;
  }

  /** After a batch of prediction. */
  public LambdaCallback onPredictBatchEnd(At action) {
    this.predictBatchEnd = action;
    return this;
  }

  @Override
  public void onEpochBegin(int index, Logs logs) {
    epochBegin.run(index, logs);
  }

  @Override
  public void onEpochEnd(int index, Logs logs) {
    epochEnd.run(index, logs);
  }

  @Override
  public void onTrainBegin(Logs logs) {
    trainBegin.accept(logs);
  }

  @Override
  public void onTrainEnd(Logs logs) {
    trainEnd.accept(logs);
  }

  @Override
  public void onTrainBatchBegin(int index, Logs logs) {
    trainBatchBegin.run(index, logs);
  }

  @Override
  public void onTrainBatchEnd(int index, Logs logs) {
    trainBatchEnd.run(index, logs);
  }

  @Override
  public void onTestBegin(Logs logs) {
    testBegin.accept(logs);
  }

  @Override
  public void onTestEnd(Logs logs) {
    testEnd.accept(logs);
  }

  @Override
  public void onTestBatchBegin(int index, Logs logs) {
    testBatchBegin.run(index, logs);
  }

  @Override
  public void onTestBatchEnd(int index, Logs logs) {
    testBatchEnd.run(index, logs);
  }

  @Override
  public void onPredictBegin(Logs logs) {
    predictBegin.accept(logs);
  }

  @Override
  public void onPredictEnd(Logs logs) {
    predictEnd.accept(logs);
  }

  @Override
  public void onPredictBatchBegin(int index, Logs logs) {
    predictBatchBegin.run(index, logs);
  }

  @Override
  public void onPredictBatchEnd(int index, Logs logs) {
    predictBatchEnd.run(index, logs);
  }

  /** Whether there is an action for batches. */
  @Override
  public boolean looksAtBatches() {
    return Stream.of(
            trainBatchBegin,
            trainBatchEnd,
            testBatchBegin,
            testBatchEnd,
            predictBatchBegin,
            predictBatchEnd)
        .anyMatch(action -> action != NOTHING);
  }
}
