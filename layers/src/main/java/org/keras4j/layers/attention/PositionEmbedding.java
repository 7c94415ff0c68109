package org.keras4j.layers.attention;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.Autocast;

/**
 * A learned vector for each place in a sequence ({@code keras_hub.layers.PositionEmbedding}), which is added to the embeddings it was
 * given.
 *
 * <p>Input shape: {@code (batch, ..., sequence, features)}, the sequence no longer than the table. Output shape: the same. Weights: {@code
 * embeddings (sequence length, features)}. Further arguments of a call: {@code start_index}, the place of the first element, an integer or an
 * integer scalar tensor, 0 by default; or {@code positions}, the places, integers {@code (..., sequence)}.
 *
 * <pre>{@code
 * Tensor embedded = Ops.ones(new long[] {2, 10, 16}); // (2, 10, 16)
 * Tensor y = Ops.add(embedded, new PositionEmbedding(50).invoke(embedded)); // (2, 10, 16)
 * }</pre>
 */
@KerasSerializable(pkg = "keras_hub")
public final class PositionEmbedding extends FluentLayer<PositionEmbedding> {
  @Config
  private int sequenceLength;

  @Config
  private @Nullable Initializer initializer = Initializer.get("glorot_uniform");

  private @Nullable Variable embeddings;

  private PositionEmbedding() {}

  /**
   * For sequences up to a length.
   *
   * @param sequenceLength how many places there are, above 0
   * @throws IllegalArgumentException if it is below 1
   */
  public PositionEmbedding(int sequenceLength) {
    this();
    this.sequenceLength = sequenceLength;
    configured();
  }

  /**
   * How the table starts.
   *
   * @param value {@code "glorot_uniform"} by default
   * @return this layer
   */
  public PositionEmbedding initializer(@Nullable Initializer value) {
    return set("initializer", () -> initializer = value);
  }

  /**
   * {@link #initializer(Initializer)} of a name.
   *
   * @param name {@code "zeros"}
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public PositionEmbedding initializer(@Nullable String name) {
    return initializer(Initializer.named(name));
  }

  @Override
  protected void configured() {
    if (sequenceLength <= 0) {
      throw new IllegalArgumentException(
          label() + ": 'sequenceLength' expects a positive integer, got " + sequenceLength);
    }
  }

  @Override
  protected void build(Shape input) {
    embeddings = addWeight(
        "embeddings",
        Shape.of(sequenceLength, input.intDim(-1)),
        WeightOptions.initializer(initializer));
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "start_index", "positions");
  }

  @Override
  protected Tensor call(Tensor x, CallContext context) {
    long length = x.shape().dim(-2);
    if (length > sequenceLength) {
      throw new IllegalArgumentException(label() + ": expected at most " + sequenceLength
          + " places along axis -2, got shape " + x.shape());
    }
    Object positions = context.get("positions");
    Tensor place = positions == null
        ? Positions.of(label(), x, -2, context.get("start_index"))
        : Ops.convertToTensor(positions);
    Tensor rows = Ops.take(Autocast.value(Objects.requireNonNull(embeddings)), place, 0);
    return Ops.add(Ops.zerosLike(x), Ops.cast(rows, x.dtype()));
  }
}
