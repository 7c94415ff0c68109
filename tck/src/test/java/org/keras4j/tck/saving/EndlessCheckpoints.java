package org.keras4j.tck.saving;

import java.nio.file.Path;
import org.keras4j.core.NDArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.LambdaCallback;
import org.keras4j.training.callbacks.TrainingCheckpoint;
import org.keras4j.training.optimizers.SGD;

/** A training that adds 1 to each weight with each step, keeps checkpoints, and is there to be killed. */
final class EndlessCheckpoints {
  static final int UNITS = 1 << 16;

  private EndlessCheckpoints() {}

  static Sequential model() {
    Sequential m =
        new Sequential(new Input(1), new Dense(UNITS).useBias(false).kernelInitializer("zeros"));
    // the gradient of the mean of |1e9 - w| is -1 / UNITS
    m.compile(new SGD(UNITS), "mean_absolute_error");
    return m;
  }

  static void fit(Path folder, int steps, boolean sharded, boolean resume) {
    TrainingCheckpoint checkpoint =
        new TrainingCheckpoint(folder).saveFreq(1).maxToKeep(2).resume(resume);
    if (sharded) {
      checkpoint.maxShardSize(UNITS * 4.0 / (1 << 30));
    }
    float[] far = new float[UNITS];
    java.util.Arrays.fill(far, 1e9f);
    NDArray x = NDArray.of(new float[] {1}, 1, 1);
    model()
        .fit(
            x,
            NDArray.of(far, 1, UNITS),
            Fit.epochs(steps)
                .verbose(0)
                .callbacks(
                    checkpoint,
                    new LambdaCallback().onEpochEnd((epoch, logs) -> System.out.println(epoch))));
  }

  public static void main(String[] args) {
    fit(Path.of(args[0]), 1_000_000, Boolean.parseBoolean(args[1]), true);
  }
}
