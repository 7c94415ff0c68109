package org.keras4j.benchmarks.networks;

import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Embedding;
import org.keras4j.ops.Ops;

/** Adds the embeddings of their positions to vectors {@code (batch, length, width)}. */
final class Positions extends Layer {
  private final Embedding positions;

  Positions(int length, int width) {
    positions = track("positions", new Embedding(length, width));
  }

  @Override
  protected void build(Shape input) {
    positions.buildFor(input.slice(1, 2));
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.add(x, positions.invoke(Ops.arange(0, x.shape().dim(1), 1, "int32")));
  }
}
