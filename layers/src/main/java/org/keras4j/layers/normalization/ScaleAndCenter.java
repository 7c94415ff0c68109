package org.keras4j.layers.normalization;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.regularizers.Regularizer;

/**
 * Normalization layers with a learned scale, {@code gamma}, and offset, {@code beta}.
 *
 * @param <S> the class itself
 */
public abstract class ScaleAndCenter<S extends ScaleAndCenter<S>> extends FluentLayer<S> {
  @Config
  private double epsilon = 1e-3;

  @Config
  private boolean center = true;

  @Config
  private boolean scale = true;

  @Config
  private @Nullable Initializer betaInitializer = Initializer.get("zeros");

  @Config
  private @Nullable Regularizer betaRegularizer;

  @Config
  private @Nullable Constraint betaConstraint;

  @Config
  private @Nullable Initializer gammaInitializer = Initializer.get("ones");

  @Config
  private @Nullable Regularizer gammaRegularizer;

  @Config
  private @Nullable Constraint gammaConstraint;

  private @Nullable Variable gamma;
  private @Nullable Variable beta;

  ScaleAndCenter() {}

  /** What is added to the variance; 0.001 by default. */
  public S epsilon(double value) {
    return set("epsilon", () -> epsilon = value);
  }

  /** Whether there is a learned offset, beta; true by default. */
  public S center(boolean value) {
    return set("center", () -> center = value);
  }

  /** Whether there is a learned scale, gamma; true by default. */
  public S scale(boolean value) {
    return set("scale", () -> scale = value);
  }

  /** How beta starts; {@code "zeros"} by default. */
  public S betaInitializer(@Nullable Object value) {
    return set("beta_initializer", () -> betaInitializer = Initializer.get(value));
  }

  /** A penalty on beta. */
  public S betaRegularizer(@Nullable Object value) {
    return set("beta_regularizer", () -> betaRegularizer = Regularizer.get(value));
  }

  /** What beta is confined to after each update. */
  public S betaConstraint(@Nullable Object value) {
    return set("beta_constraint", () -> betaConstraint = Constraint.get(value));
  }

  /** How gamma starts; {@code "ones"} by default. */
  public S gammaInitializer(@Nullable Object value) {
    return set("gamma_initializer", () -> gammaInitializer = Initializer.get(value));
  }

  /** A penalty on gamma. */
  public S gammaRegularizer(@Nullable Object value) {
    return set("gamma_regularizer", () -> gammaRegularizer = Regularizer.get(value));
  }

  /** What gamma is confined to after each update. */
  public S gammaConstraint(@Nullable Object value) {
    return set("gamma_constraint", () -> gammaConstraint = Constraint.get(value));
  }

  final double epsilon() {
    return epsilon;
  }

  /** The scale, or null. */
  final @Nullable Variable gamma() {
    return gamma;
  }

  /** The offset, or null. */
  final @Nullable Variable beta() {
    return beta;
  }

  final void addScale(Shape shape) {
    if (scale) {
      gamma = addWeight(
          "gamma",
          shape,
          WeightOptions.initializer(gammaInitializer)
              .regularizer(gammaRegularizer)
              .constraint(gammaConstraint)
              .autocast(false));
    }
  }

  final void addOffset(Shape shape) {
    if (center) {
      beta = addWeight(
          "beta",
          shape,
          WeightOptions.initializer(betaInitializer)
              .regularizer(betaRegularizer)
              .constraint(betaConstraint)
              .autocast(false));
    }
  }
}
