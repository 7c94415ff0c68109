package org.keras4j.hub.layers;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.initializers.Constant;
import org.keras4j.ops.Ops;

/**
 * Multiplies by {@code exp} of a learned number, the inverse temperature of likenesses (CLIP; Radford et al. 2021,
 * arXiv:2103.00020), and perhaps adds another one (SigLIP; Zhai et al. 2023, arXiv:2303.15343).
 *
 * <p>Input and output shape: any. Weights: {@code logit_scale}, a scalar, and {@code logit_bias}, a scalar, if there is a bias.
 *
 * <pre>{@code
 * Tensor y = new LogitScale(0).invoke(Ops.ones(new long[] {2, 2})); // times 1
 * }</pre>
 */
@KerasSerializable(pkg = "keras4j_hub")
public final class LogitScale extends FluentLayer<LogitScale> {
  @Config
  private double initialValue;

  @Config
  private @Nullable Double initialBias;

  private @Nullable Variable logitScale;
  private @Nullable Variable logitBias;

  private LogitScale() {}

  /**
   * With a number to begin with.
   *
   * @param initialValue the number, of which {@code exp} is taken; 2.6592 in CLIP
   */
  public LogitScale(double initialValue) {
    this.initialValue = initialValue;
  }

  /**
   * What is added, to begin with.
   *
   * @param value the number; null (the default) for no bias
   * @return this layer
   */
  public LogitScale initialBias(@Nullable Double value) {
    return set("initialBias", () -> initialBias = value);
  }

  /** {@link #initialBias(Double)} of a number. */
  public LogitScale initialBias(double value) {
    return initialBias((Double) value);
  }

  @Override
  protected void build(Shape input) {
    logitScale = addWeight("logit_scale", Shape.SCALAR, new Constant(initialValue));
    if (initialBias != null) {
      logitBias = addWeight("logit_bias", Shape.SCALAR, new Constant(initialBias));
    }
  }

  @Override
  protected Tensor call(Tensor x) {
    Tensor y = Ops.multiply(x, Ops.exp(Objects.requireNonNull(logitScale)));
    return logitBias == null ? y : Ops.add(y, logitBias);
  }
}
