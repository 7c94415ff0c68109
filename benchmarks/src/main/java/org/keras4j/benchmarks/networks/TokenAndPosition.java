package org.keras4j.benchmarks.networks;

import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Embedding;
import org.keras4j.ops.Ops;

/** The sum of the embeddings of tokens and of their positions. */
final class TokenAndPosition extends Layer {
  private final Embedding tokens;
  private final Embedding positions;

  TokenAndPosition(int vocabulary, int length, int width) {
    tokens = track("tokens", new Embedding(vocabulary, width));
    positions = track("positions", new Embedding(length, width));
  }

  @Override
  protected void build(Shape input) {
    tokens.buildFor(input);
    positions.buildFor(input.slice(1));
  }

  @Override
  protected Tensor call(Tensor x) {
    Tensor places = Ops.arange(0, x.shape().last(), 1, "int32");
    return Ops.add(tokens.invoke(x), positions.invoke(places));
  }
}
