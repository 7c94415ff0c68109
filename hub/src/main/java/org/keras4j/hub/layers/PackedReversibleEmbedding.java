package org.keras4j.hub.layers;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.ops.Ops;

/**
 * A {@link org.keras4j.layers.core.ReversibleEmbedding} whose tables stay packed, as the kernel of {@link PackedDense} does.
 *
 * <p>Input shape: any, of integers from 0 to {@code inputDim - 1}; with the argument {@code reverse} of the call {@code (...,
 * outputDim)}. Output shape: {@code (..., outputDim)}; reversed {@code (..., inputDim)}. Weights: {@code packed} and {@code
 * scales}, and {@code reverse_packed} and {@code reverse_scales} unless one table serves both.
 *
 * <pre>{@code
 * var layer = new PackedReversibleEmbedding(128, 64, 2);
 * Tensor hidden = layer.invoke(new int[][] {{1, 2, 3}}); // (1, 3, 64)
 * }</pre>
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class PackedReversibleEmbedding extends FluentLayer<PackedReversibleEmbedding> {
  @Config
  private int inputDim;

  @Config
  private int outputDim;

  @Config
  private int planes;

  @Config
  private int reversePlanes;

  @Config
  private @Nullable Double logitSoftCap;

  private @Nullable PackedWeight table;
  private @Nullable PackedWeight reverse;

  private PackedReversibleEmbedding() {}

  /**
   * With a table of this size.
   *
   * @param inputDim how many integers there are, a multiple of 64
   * @param outputDim the length of the vectors, a multiple of 32
   * @param planes 1 for integers of four bits, 2 for those of eight
   * @throws IllegalArgumentException if they are not
   */
  public PackedReversibleEmbedding(int inputDim, int outputDim, int planes) {
    this.inputDim = inputDim;
    this.outputDim = outputDim;
    this.planes = planes;
    configured();
  }

  @Override
  protected void configured() {
    String refusal = PackedWeight.refusal(outputDim, inputDim, planes);
    if (refusal.isEmpty() && reversePlanes != 0) {
      refusal = PackedWeight.refusal(outputDim, inputDim, reversePlanes);
    }
    if (!refusal.isEmpty()) {
      throw new IllegalArgumentException(label() + ": " + refusal);
    }
  }

  /**
   * How the reversed direction's table is packed.
   *
   * @param value 1 or 2 planes; 0 (the default) if one table serves both directions
   * @return this layer
   * @throws IllegalArgumentException if it is another number
   */
  public PackedReversibleEmbedding reversePlanes(int value) {
    return set("reversePlanes", () -> reversePlanes = value);
  }

  /**
   * Confines scores to plus and minus this number by tanh.
   *
   * @param value null (the default) for no limit
   * @return this layer
   */
  public PackedReversibleEmbedding logitSoftCap(@Nullable Double value) {
    return set("logitSoftCap", () -> logitSoftCap = value);
  }

  /** {@link #logitSoftCap(Double)} of a number. */
  public PackedReversibleEmbedding logitSoftCap(double value) {
    return logitSoftCap((Double) value);
  }

  @Override
  protected void build(Shape input) {
    table = new PackedWeight(this::addWeight, "", outputDim, inputDim, planes);
    if (reversePlanes > 0) {
      reverse = new PackedWeight(this::addWeight, "reverse_", outputDim, inputDim, reversePlanes);
    }
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "reverse");
  }

  @Override
  protected Tensor call(Tensor x, CallContext context) {
    PackedWeight own = Objects.requireNonNull(table);
    if (!context.flag("reverse", false)) {
      Tensor columns = own.columns(Ops.reshape(x, -1), computeDtype());
      return Ops.reshape(columns, PackedWeight.behind(x.shape(), outputDim));
    }
    Tensor logits = (reverse == null ? own : reverse).product(x);
    return logitSoftCap == null
        ? logits
        : Ops.multiply(Ops.tanh(Ops.divide(logits, logitSoftCap)), logitSoftCap);
  }
}
