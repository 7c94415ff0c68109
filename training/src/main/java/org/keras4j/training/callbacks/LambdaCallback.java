package org.keras4j.training.callbacks;

import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A callback of functions ({@code keras.callbacks.LambdaCallback}).
 *
 * <pre>{@code
 * model.fit(x, y, Fit.epochs(100).validationSplit(0.2)
 *     .callbacks(new LambdaCallback().onEpochEnd((epoch, logs) -> System.out.println(epoch + " " + logs))));
 * }</pre>
 */
public final class LambdaCallback extends FluentCallback<LambdaCallback> {
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

  /**
   * Before an epoch.
   *
   * @param action what is done, given the number of the epoch or batch, from 0, and the logs
   * @return this callback
   */
  public LambdaCallback onEpochBegin(At action) {
    return set("onEpochBegin", () -> this.epochBegin = action);
  }

  /**
   * After an epoch.
   *
   * @param action what is done, given the number of the epoch or batch, from 0, and the logs
   * @return this callback
   */
  public LambdaCallback onEpochEnd(At action) {
    return set("onEpochEnd", () -> this.epochEnd = action);
  }

  /**
   * Before training.
   *
   * @param action what is done, given the logs
   * @return this callback
   */
  public LambdaCallback onTrainBegin(Consumer<Logs> action) {
    return set("onTrainBegin", () -> this.trainBegin = action);
  }

  /**
   * After training.
   *
   * @param action what is done, given the logs
   * @return this callback
   */
  public LambdaCallback onTrainEnd(Consumer<Logs> action) {
    return set("onTrainEnd", () -> this.trainEnd = action);
  }

  /**
   * Before a batch of training.
   *
   * @param action what is done, given the number of the epoch or batch, from 0, and the logs
   * @return this callback
   */
  public LambdaCallback onTrainBatchBegin(At action) {
    return set("onTrainBatchBegin", () -> this.trainBatchBegin = action);
  }

  /**
   * After a batch of training.
   *
   * @param action what is done, given the number of the epoch or batch, from 0, and the logs
   * @return this callback
   */
  public LambdaCallback onTrainBatchEnd(At action) {
    return set("onTrainBatchEnd", () -> this.trainBatchEnd = action);
  }

  /**
   * Before evaluation.
   *
   * @param action what is done, given the logs
   * @return this callback
   */
  public LambdaCallback onTestBegin(Consumer<Logs> action) {
    return set("onTestBegin", () -> this.testBegin = action);
  }

  /**
   * After evaluation.
   *
   * @param action what is done, given the logs
   * @return this callback
   */
  public LambdaCallback onTestEnd(Consumer<Logs> action) {
    return set("onTestEnd", () -> this.testEnd = action);
  }

  /**
   * Before a batch of evaluation.
   *
   * @param action what is done, given the number of the epoch or batch, from 0, and the logs
   * @return this callback
   */
  public LambdaCallback onTestBatchBegin(At action) {
    return set("onTestBatchBegin", () -> this.testBatchBegin = action);
  }

  /**
   * After a batch of evaluation.
   *
   * @param action what is done, given the number of the epoch or batch, from 0, and the logs
   * @return this callback
   */
  public LambdaCallback onTestBatchEnd(At action) {
    return set("onTestBatchEnd", () -> this.testBatchEnd = action);
  }

  /**
   * Before prediction.
   *
   * @param action what is done, given the logs
   * @return this callback
   */
  public LambdaCallback onPredictBegin(Consumer<Logs> action) {
    return set("onPredictBegin", () -> this.predictBegin = action);
  }

  /**
   * After prediction.
   *
   * @param action what is done, given the logs
   * @return this callback
   */
  public LambdaCallback onPredictEnd(Consumer<Logs> action) {
    return set("onPredictEnd", () -> this.predictEnd = action);
  }

  /**
   * Before a batch of prediction.
   *
   * @param action what is done, given the number of the epoch or batch, from 0, and the logs
   * @return this callback
   */
  public LambdaCallback onPredictBatchBegin(At action) {
    return set("onPredictBatchBegin", () -> this.predictBatchBegin = action);
  }

  /**
   * After a batch of prediction.
   *
   * @param action what is done, given the number of the epoch or batch, from 0, and the logs
   * @return this callback
   */
  public LambdaCallback onPredictBatchEnd(At action) {
    return set("onPredictBatchEnd", () -> this.predictBatchEnd = action);
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
