package org.keras4j.hub.decoder;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.hub.layers.PackedDense;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.layers.core.Dense;
import org.keras4j.ops.Ops;

/**
 * A feed-forward network one half of which gates the other: {@code down(activation(gate(x)) * up(x))}, SwiGLU with {@code
 * silu} and GeGLU with {@code gelu} (Shazeer 2020, arXiv:2002.05202).
 *
 * <p>Input and output shape: {@code (..., hidden)}. Weights: kernels, and perhaps biases, of {@code gate}, {@code up}
 * {@code (hidden, intermediate)} and {@code down}.
 *
 * <pre>{@code
 * Tensor y = new GatedFeedForward(64).invoke(Ops.ones(new long[] {2, 3, 16})); // (2, 3, 16)
 * }</pre>
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class GatedFeedForward extends FluentLayer<GatedFeedForward> {
  @Config
  private int intermediateDim;

  @Config
  private ActivationFunction activation = ActivationFunction.get("silu");

  @Config
  private boolean useBias;

  @Config
  private int[] packedPlanes = {};

  private GatedFeedForward() {}

  /**
   * With vectors of this length between.
   *
   * @param intermediateDim their length, above 0
   * @throws IllegalArgumentException if it is not
   */
  public GatedFeedForward(int intermediateDim) {
    this.intermediateDim = intermediateDim;
    configured();
  }

  @Override
  protected void configured() {
    if (intermediateDim <= 0) {
      throw new IllegalArgumentException(
          label() + ": 'intermediateDim' expects a positive integer, got " + intermediateDim);
    }
  }

  /**
   * The function of the half that gates.
   *
   * @param value {@code silu} by default; null for none
   * @return this layer
   */
  public GatedFeedForward activation(@Nullable ActivationFunction value) {
    return set("activation", () -> activation = ActivationFunction.get(value));
  }

  /**
   * {@link #activation(ActivationFunction)} of a name.
   *
   * @param name {@code "gelu"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public GatedFeedForward activation(@Nullable String name) {
    return activation(ActivationFunction.named(name));
  }

  /**
   * Whether the projections have biases.
   *
   * @param value false by default
   * @return this layer
   */
  public GatedFeedForward useBias(boolean value) {
    return set("useBias", () -> useBias = value);
  }

  /**
   * Which matrices are kept as integers of four bits ({@link PackedDense}).
   *
   * @param planes those of {@code gate}, {@code up} and {@code down}, 0 for floats; none (the default) for floats all over
   * @return this layer
   * @throws IllegalArgumentException if there are not three, or one is not 0, 1 or 2
   */
  public GatedFeedForward packedPlanes(int... planes) {
    if (planes.length != 0 && planes.length != 3
        || Arrays.stream(planes).anyMatch(p -> p < 0 || p > 2)) {
      throw new IllegalArgumentException(label()
          + ": 'packedPlanes' expects three numbers from 0 to 2, or none, got "
          + Arrays.toString(planes));
    }
    return set("packedPlanes", () -> packedPlanes = planes.clone());
  }

  @Override
  protected void build(Shape input) {
    dense("gate", 0, intermediateDim, input);
    dense("up", 1, intermediateDim, input);
    dense("down", 2, input.intDim(-1), input.with(-1, intermediateDim));
  }

  private void dense(String name, int place, int units, Shape input) {
    int planes = packedPlanes.length == 0 ? 0 : packedPlanes[place];
    Layer layer = planes > 0
        ? new PackedDense(planes, units).useBias(useBias).name(name).dtype(dtypePolicy())
        : new Dense(units).useBias(useBias).name(name).dtype(dtypePolicy());
    track(name, layer).buildFor(input);
  }

  private Layer inner(String name) {
    return (Layer) Objects.requireNonNull(trackedAttributes().get(name));
  }

  @Override
  protected Tensor call(Tensor x, CallContext context) {
    Tensor gate = activation.call(inner("gate").invoke(x));
    return inner("down").invoke(Ops.multiply(gate, inner("up").invoke(x)));
  }
}
