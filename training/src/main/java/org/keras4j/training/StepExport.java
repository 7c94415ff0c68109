package org.keras4j.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.spi.GraphFormat;
import org.keras4j.core.spi.StepFunction;
import org.keras4j.training.data.Batch;

/**
 * Writes the steps of a model as programs for other runtimes: StableHLO with a batch and all state (weights, variables of the
 * optimizer and of metrics, seeds) going in, and logs or predictions and the state after the step coming out.
 *
 * <p>Under a distribution with a mesh of several devices the program is one for all of them: arguments, results and values inside
 * have the layouts that the distribution says, in the dialect of Shardy, and XLA's partitioner divides the rest. The devices need
 * not be here. What is computed is what one device computes, but for rounding.
 *
 * <pre>{@code
 * DeviceMesh mesh = DeviceMesh.planned(Shape.of(2, 2), List.of("batch", "model"));
 * LayoutMap layouts = new LayoutMap(mesh).put(".*dense.*kernel", null, "model");
 * new ModelParallel(layouts).scope(
 *     () -> StepExport.train(model, Batch.of(x, y), Path.of("train-step")));
 * }</pre>
 */
public final class StepExport {
  private static final String FORMAT = "stablehlo";

  private StepExport() {}

  /**
   * Writes a step of training.
   *
   * @param model a compiled model
   * @param batch of the size that the program is for; only shapes and dtypes go into it, the numbers lie beside
   * @param target a folder, which must not exist yet: {@code module.mlir}, {@code weights.npz} and {@code batch.npz}
   * @throws IllegalStateException if the model is not compiled, or a part of the step runs on the host only
   * @throws IllegalArgumentException if a layout does not fit a variable
   * @throws UncheckedIOException if the folder cannot be written
   */
  public static void train(Trainer model, Batch batch, Path target) {
    model.requireCompiled("StepExport.train");
    write(StepProgram.Step.TRAIN, model, batch, target);
  }

  /**
   * Writes a step of evaluation; its metrics go on from those of the model.
   *
   * @param model a compiled model
   * @param batch as of {@link #train}
   * @param target as of {@link #train}
   */
  public static void evaluate(Trainer model, Batch batch, Path target) {
    model.requireCompiled("StepExport.evaluate");
    write(StepProgram.Step.EVALUATE, model, batch, target);
  }

  /**
   * Writes a step of prediction.
   *
   * @param model a model
   * @param batch as of {@link #train}; only the inputs are used
   * @param target as of {@link #train}
   */
  public static void predict(Trainer model, Batch batch, Path target) {
    write(StepProgram.Step.PREDICT, model, Batch.of(batch.x()), target);
  }

  private static void write(StepProgram.Step step, Trainer model, Batch given, Path target) {
    Batch batch = model.steps().hostBatch(given.x(), given.y(), given.sampleWeight());
    model.first().build(batch, step == StepProgram.Step.TRAIN, false);
    StepFunction f = StepProgram.function(step, model, batch);
    try {
      AtomicFile.writeNew(target, fresh -> format().writeStep(f, fresh));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "StepExport: the folder '" + target + "' cannot be written", e);
    }
  }

  private static GraphFormat format() {
    for (GraphFormat f : ServiceLoader.load(GraphFormat.class, StepExport.class.getClassLoader())) {
      if (f.name().equals(FORMAT)) {
        return f;
      }
    }
    throw new IllegalStateException(
        "StepExport: the module keras4j-backend-xla, which writes StableHLO, is not on the class"
            + " path");
  }
}
