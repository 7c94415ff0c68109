package org.keras4j.training.schedules;

import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * One learning rate up to and including the first boundary, the next up to the second, and so on ({@code
 * keras.optimizers.schedules.PiecewiseConstantDecay}).
 *
 * <p>The step is an integer scalar; the learning rate is a scalar of {@code floatx}.
 *
 * <pre>{@code
 * var schedule = new PiecewiseConstantDecay(List.of(100_000, 110_000), List.of(1.0, 0.5, 0.1));
 * var optimizer = new SGD(schedule);
 * }</pre>
 */
@KerasSerializable(module = "keras.optimizers.schedules")
public final class PiecewiseConstantDecay extends FluentSchedule<PiecewiseConstantDecay> {
  @Config
  private List<? extends Number> boundaries = List.of();

  @Config
  private List<? extends Number> values = List.of(0.0);

  private PiecewiseConstantDecay() {
    super("PiecewiseConstant");
  }

  /**
   * Named {@code PiecewiseConstant}.
   *
   * @param boundaries increasing steps
   * @param values learning rates, one more than boundaries
   * @throws IllegalArgumentException if boundaries are none, or values not one more
   */
  public PiecewiseConstantDecay(List<? extends Number> boundaries, List<? extends Number> values) {
    super("PiecewiseConstant");
    this.boundaries = List.copyOf(boundaries);
    this.values = List.copyOf(values);
    check();
  }

  private void check() {
    if (boundaries.isEmpty() || boundaries.size() != values.size() - 1) {
      throw new IllegalArgumentException(
          "PiecewiseConstantDecay: expected boundaries and one value more than these, got "
              + boundaries.size() + " boundaries and " + values.size() + " values");
    }
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    ConfigFields.write(this, config);
    check();
  }

  @Override
  protected Tensor rate(Object step) {
    Tensor s = Ops.convertToTensor(step);
    DType d = Keras.floatx();
    int n = boundaries.size();
    Tensor rate = Prims.scalar(d, values.get(n).doubleValue());
    for (int i = n - 1; i >= 0; i--) {
      Number b = boundaries.get(i);
      Tensor bound = s.dtype().isFloat()
          ? Prims.scalar(s.dtype(), b.doubleValue())
          : Prims.scalar(s.dtype(), b.longValue());
      rate = Ops.where(Ops.lessEqual(s, bound), Prims.scalar(d, values.get(i).doubleValue()), rate);
    }
    return rate;
  }
}
