package org.keras4j.layers.regularization;

import java.util.Map;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.regularizers.L1L2;

/**
 * Gives back its input and adds {@code l1 * sum(|x|) + l2 * sum(x^2)}, divided by the batch size, to the
 * losses ({@code keras.layers.ActivityRegularization}).
 *
 * <p>Input and output shape: any.
 *
 * <pre>{@code
 * Tensor y = new ActivityRegularization(0.01, 0.01).invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class ActivityRegularization extends FluentLayer<ActivityRegularization> {
  @Config
  private double l1;

  @Config
  private double l2;

  private ActivityRegularization() {
    supportsMasking(true);
    builtWithoutInput();
  }

  /**
   * With these factors.
   *
   * @param l1 the factor of absolute values
   * @param l2 the factor of squares
   */
  public ActivityRegularization(double l1, double l2) {
    this();
    this.l1 = l1;
    this.l2 = l2;
    configured();
  }

  @Override
  protected void configured() {
    activityRegularizer(new L1L2(l1, l2));
  }

  @Override
  protected Tensor call(Tensor x) {
    return x;
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.remove("activity_regularizer");
    return out;
  }
}
