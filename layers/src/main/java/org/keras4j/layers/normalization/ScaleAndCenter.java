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

  /**
   * What is added to the variance.
   *
   * @param value 0.001 by default
   * @return this layer
   */
  public S epsilon(double value) {
    return set("epsilon", () -> epsilon = value);
  }

  /**
   * Whether there is a learned offset, beta.
   *
   * @param value true by default
   * @return this layer
   */
  public S center(boolean value) {
    return set("center", () -> center = value);
  }

  /**
   * Whether there is a learned scale, gamma.
   *
   * @param value true by default
   * @return this layer
   */
  public S scale(boolean value) {
    return set("scale", () -> scale = value);
  }

  /**
   * How beta starts.
   *
   * @param value {@code "zeros"} by default; null for none
   * @return this layer
   */
  public S betaInitializer(@Nullable Initializer value) {
    return set("betaInitializer", () -> betaInitializer = value);
  }

  /**
   * {@link #betaInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S betaInitializer(@Nullable String name) {
    return betaInitializer(Initializer.named(name));
  }

  /**
   * A penalty on beta.
   *
   * @param value none by default
   * @return this layer
   */
  public S betaRegularizer(@Nullable Regularizer value) {
    return set("betaRegularizer", () -> betaRegularizer = value);
  }

  /**
   * {@link #betaRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S betaRegularizer(@Nullable String name) {
    return betaRegularizer(Regularizer.named(name));
  }

  /**
   * What beta is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public S betaConstraint(@Nullable Constraint value) {
    return set("betaConstraint", () -> betaConstraint = value);
  }

  /**
   * {@link #betaConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S betaConstraint(@Nullable String name) {
    return betaConstraint(Constraint.named(name));
  }

  /**
   * How gamma starts.
   *
   * @param value {@code "ones"} by default; null for none
   * @return this layer
   */
  public S gammaInitializer(@Nullable Initializer value) {
    return set("gammaInitializer", () -> gammaInitializer = value);
  }

  /**
   * {@link #gammaInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S gammaInitializer(@Nullable String name) {
    return gammaInitializer(Initializer.named(name));
  }

  /**
   * A penalty on gamma.
   *
   * @param value none by default
   * @return this layer
   */
  public S gammaRegularizer(@Nullable Regularizer value) {
    return set("gammaRegularizer", () -> gammaRegularizer = value);
  }

  /**
   * {@link #gammaRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S gammaRegularizer(@Nullable String name) {
    return gammaRegularizer(Regularizer.named(name));
  }

  /**
   * What gamma is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public S gammaConstraint(@Nullable Constraint value) {
    return set("gammaConstraint", () -> gammaConstraint = value);
  }

  /**
   * {@link #gammaConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S gammaConstraint(@Nullable String name) {
    return gammaConstraint(Constraint.named(name));
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
