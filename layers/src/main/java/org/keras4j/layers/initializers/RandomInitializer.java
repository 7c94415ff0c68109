package org.keras4j.layers.initializers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Fluent;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.serialization.Config;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.random.SeedGenerator;

/**
 * An initializer that draws random numbers. With an integer as seed, or none, each call gives the same
 * numbers; with a {@link SeedGenerator} each call gives others.
 */
abstract class RandomInitializer<S extends RandomInitializer<S>> extends Initializer
    implements Fluent<S> {
  private static final long LARGE = 1 << 14;

  @Config
  private @Nullable Object seed;

  private @Nullable Object chosen;
  private boolean used;

  /**
   * A tensor of the shape and dtype.
   *
   * @param seed whatever functions of {@code random} take as one
   */
  abstract Tensor call(Shape shape, DType dtype, Object seed);

  @Override
  public final Tensor call(Shape shape, DType dtype) {
    use();
    return draw(shape, dtype, seed());
  }

  private void use() {
    if (!used) {
      used = true;
    }
  }

  /** Changes a setting, if the initializer was not yet called. */
  @SuppressWarnings("unchecked")
  final S set(String setting, Runnable assignment) {
    if (used) {
      throw Fluent.tooLate(getClass().getSimpleName(), "initializer", setting);
    }
    assignment.run();
    return (S) this;
  }

  /**
   * The seed, of which each call draws the same numbers.
   *
   * @param value an integer; null (the default) for one chosen at random
   * @return this initializer
   */
  public S seed(@Nullable Number value) {
    return set("seed", () -> setSeed(value));
  }

  /**
   * A generator of seeds, by which each call draws other numbers.
   *
   * @param value the generator
   * @return this initializer
   */
  public S seed(SeedGenerator value) {
    return set("seed", () -> setSeed(value));
  }

  @Override
  public final Supplier<Tensor> later(Shape shape, DType dtype) {
    use();
    Object s = seed();
    if (s instanceof SeedGenerator g) {
      NDArray key = g.take();
      return () -> draw(shape, dtype, Engine.constant(key));
    }
    return () -> draw(shape, dtype, s);
  }

  // what is computed on the way to a weight may be several times as large: run as a graph, each
  // value goes when it is
  // used up
  private Tensor draw(Shape shape, DType dtype, Object seed) {
    if (shape.size() < LARGE) {
      return call(shape, dtype, seed);
    }
    List<Tensor> inputs = new ArrayList<>(List.of(SeedGenerator.draw(seed)));
    List<Tensor> captures = new ArrayList<>();
    Graph g = Trace.subgraph(
        List.of(inputs.get(0).spec()), captures, in -> List.of(call(shape, dtype, in.get(0))));
    inputs.addAll(captures);
    return Engine.run(g, inputs).get(0);
  }

  /** The seed to draw with: the one given, else one chosen at random for this object. */
  final synchronized Object seed() {
    if (chosen == null) {
      chosen = seed == null ? (Object) SeedGenerator.defaultSeed() : seed;
    }
    return chosen;
  }

  final void setSeed(@Nullable Object value) {
    if (value instanceof Number || value instanceof SeedGenerator || value == null) {
      this.seed = value;
      this.chosen = null;
    } else {
      throw new IllegalArgumentException(getClass().getSimpleName()
          + ": seed expects an integer or a SeedGenerator, got " + value);
    }
  }
}
