package org.keras4j.layers.activations;

import java.util.Arrays;
import java.util.Objects;
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
 *
 * <pre>{@code
 * Tensor y = new PReLU().alphaInitializer("ones").invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
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

  /** With an alpha for each place, zeros at first. */
  public PReLU() {
    supportsMasking(true);
  }

  /**
   * How alpha starts.
   *
   * @param value {@code "zeros"} by default; null for none
   * @return this layer
   */
  public PReLU alphaInitializer(@Nullable Initializer value) {
    return set("alphaInitializer", () -> alphaInitializer = value);
  }

  /**
   * {@link #alphaInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public PReLU alphaInitializer(@Nullable String name) {
    return alphaInitializer(Initializer.named(name));
  }

  /**
   * A penalty on alpha.
   *
   * @param value none by default
   * @return this layer
   */
  public PReLU alphaRegularizer(@Nullable Regularizer value) {
    return set("alphaRegularizer", () -> alphaRegularizer = value);
  }

  /**
   * {@link #alphaRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public PReLU alphaRegularizer(@Nullable String name) {
    return alphaRegularizer(Regularizer.named(name));
  }

  /**
   * What alpha is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public PReLU alphaConstraint(@Nullable Constraint value) {
    return set("alphaConstraint", () -> alphaConstraint = value);
  }

  /**
   * {@link #alphaConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public PReLU alphaConstraint(@Nullable String name) {
    return alphaConstraint(Constraint.named(name));
  }

  /**
   * The axes along which alpha is one number.
   *
   * @param value counted with the batch axis, which is 0; none by default
   * @return this layer
   */
  public PReLU sharedAxes(int... value) {
    return set("sharedAxes", () -> sharedAxes = value);
  }

  @Override
  protected void build(Shape input) {
    Shape shape = input.slice(1);
    InputSpec spec = new InputSpec().ndim(input.rank());
    if (sharedAxes != null) {
      for (int a : sharedAxes) {
        if (a < 1 || a >= input.rank()) {
          throw new IllegalArgumentException(label() + ": 'sharedAxes' expects axes from 1 to "
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
    Tensor below =
        Ops.multiply(Ops.negative(Objects.requireNonNull(alpha)), Ops.relu(Ops.negative(x)));
    return Ops.add(Ops.relu(x), below);
  }
}
