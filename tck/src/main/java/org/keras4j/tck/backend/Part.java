package org.keras4j.tck.backend;

import java.util.List;
import java.util.function.Function;
import org.keras4j.tck.RecordedCalls;
import org.keras4j.tck.kit.KitOptions;
import org.keras4j.tck.kit.KitTest;
import org.keras4j.tck.layers.LayerTests;
import org.keras4j.tck.ops.EagerAndCompiled;
import org.keras4j.tck.ops.Gradients;
import org.keras4j.tck.ops.Symbolic;
import org.keras4j.tck.ops.WrongArguments;
import org.keras4j.tck.primitives.Primitives;
import org.keras4j.tck.spi.Contract;
import org.keras4j.tck.spi.Memory;
import org.keras4j.tck.spi.Threads;
import org.keras4j.tck.training.TrainingTests;

/** A part of the kit. */
public enum Part {
  /** What the interfaces of {@code org.keras4j.core.spi} promise: transfers, devices, closing, donation, wrong input. */
  CONTRACT(o -> Contract.tests()),
  /** Every primitive: eager, compiled, donated, on constants, with unknown dimensions. */
  PRIMITIVES(Primitives::tests),
  /** Every function on arguments drawn at random, eagerly and compiled. */
  EAGER_AND_COMPILED(EagerAndCompiled::tests),
  /** Every function on symbolic tensors: what it foretells of its results. */
  SYMBOLIC(Symbolic::tests),
  /** First and second gradients, and forward derivatives, of every function against differences. */
  GRADIENTS(Gradients::tests),
  /** Every function with arguments that are spoiled: an exception that names the function. */
  WRONG_ARGUMENTS(WrongArguments::tests),
  /** Calls that were recorded with Python's Keras, with what it answered. */
  RECORDED_CALLS(o -> RecordedCalls.tests()),
  /** Layers: eager, symbolic, compiled, stateless, masked, trained for a step, and out of files. */
  LAYERS(o -> LayerTests.tests()),
  /** Optimizers and {@code fit}: models learn, and continue from a file. */
  TRAINING(o -> TrainingTests.tests()),
  /** Many threads at once. */
  THREADS(o -> Threads.tests()),
  /** What is closed or forgotten is freed, and what would not fit is refused. */
  MEMORY(o -> Memory.tests());

  private final Function<KitOptions, List<KitTest>> tests;

  Part(Function<KitOptions, List<KitTest>> tests) {
    this.tests = tests;
  }

  /** Its tests, for the backend in use. */
  public List<KitTest> tests(KitOptions options) {
    return tests.apply(options).stream().filter(t -> options.takes(t.name())).toList();
  }
}
