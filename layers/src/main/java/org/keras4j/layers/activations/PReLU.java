package org.keras4j.layers.activations;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.Ops;

/**
 * {@code x} from 0 on, {@code alpha * x} below, with a learned alpha ({@code keras.layers.PReLU}).
 *
 * <p>Input and output shape: any; all but the batch axis and the shared ones must be known. Weights: {@code
 * alpha}, of the input's shape without the batch axis, with size 1 on shared axes.
 */
@KerasSerializable(module = "keras.layers")
public final class PReLU extends FluentLayer<PReLU> {
  @Config
  private @Nullable Initializer alphaInitializer = Initializer.get("zeros");

  @Config
  private @Nullable Regularizer alphaRegularizer;

  @Config
  private @Nullable Constraint alphaConstraint;

  @Config
  private int @Nullable [] sharedAxes;

  private @Nullable Variable alpha;

  public PReLU() {
    supportsMasking(true);
  }

  /** How alpha starts; {@code "zeros"} by default. */
  public PReLU alphaInitializer(@Nullable Object value) {
    return set("alpha_initializer", () -> alphaInitializer = Initializer.get(value));
  }

  /** A penalty on alpha. */
  public PReLU alphaRegularizer(@Nullable Object value) {
    return set("alpha_regularizer", () -> alphaRegularizer = Regularizer.get(value));
  }

  /** What alpha is confined to after each update. */
  public PReLU alphaConstraint(@Nullable Object value) {
    return set("alpha_constraint", () -> alphaConstraint = Constraint.get(value));
  }

  /** The axes along which alpha is one number; the batch axis is axis 0. */
  public PReLU sharedAxes(int... value) {
    return set("shared_axes", () -> sharedAxes = value);
  }

  @Override
  protected void build(Shape input) {
    Shape shape = input.slice(1);
    InputSpec spec = new InputSpec().ndim(input.rank());
    if (sharedAxes != null) {
      for (int a : sharedAxes) {
        if (a < 1 || a >= input.rank()) {
          throw new IllegalArgumentException(label() + ": 'shared_axes' expects axes from 1 to "
              + (input.rank() - 1) + ", got " + Arrays.toString(sharedAxes));
        }
        shape = shape.with(a - 1, 1);
      }
      for (int i = 1; i < input.rank(); i++) {
        if (shape.dim(i - 1) != 1) {
          spec.axis(i, input.dim(i));
        }
      }
    }
    alpha = addWeight(
        "alpha",
        shape,
        WeightOptions.initializer(alphaInitializer)
            .regularizer(alphaRegularizer)
            .constraint(alphaConstraint));
    inputSpec(spec);
  }

  @Override
  protected Tensor call(Tensor x) {
    Tensor below = Ops.multiply(Ops.negative(alpha), Ops.relu(Ops.negative(x)));
    return Ops.add(Ops.relu(x), below);
  }
}
