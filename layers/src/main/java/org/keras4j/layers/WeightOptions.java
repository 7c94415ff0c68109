package org.keras4j.layers;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.regularizers.Regularizer;

/** The rarer settings of {@link Layer#addWeight}, with Keras's defaults. */
public final class WeightOptions {
  @Nullable
  Initializer initializer;

  @Nullable
  Regularizer regularizer;

  @Nullable
  Constraint constraint;

  @Nullable
  DType dtype;

  boolean trainable = true;
  boolean autocast = true;
  String aggregation = "none";

  private WeightOptions() {}

  /**
   * Options with an initializer.
   *
   * @param initializer null for Keras's default of the weight's dtype
   * @return options
   */
  public static WeightOptions initializer(@Nullable Initializer initializer) {
    WeightOptions w = new WeightOptions();
    w.initializer = initializer;
    return w;
  }

  /**
   * Options with an initializer.
   *
   * @param name the initializer's name, {@code "he_normal"}
   * @return options
   * @throws IllegalArgumentException if there is no such initializer
   */
  public static WeightOptions initializer(String name) {
    return initializer(Initializer.get(name));
  }

  /**
   * A penalty on the weight.
   *
   * @param value none by default; null for none
   * @return these options
   */
  public WeightOptions regularizer(@Nullable Regularizer value) {
    this.regularizer = value;
    return this;
  }

  /** {@link #regularizer(Regularizer)} of a name, {@code "none"} for none. */
  public WeightOptions regularizer(@Nullable String name) {
    return regularizer(Regularizer.named(name));
  }

  /**
   * What the weight is confined to after each update.
   *
   * @param value none by default; null for none
   * @return these options
   */
  public WeightOptions constraint(@Nullable Constraint value) {
    this.constraint = value;
    return this;
  }

  /** {@link #constraint(Constraint)} of a name, {@code "none"} for none. */
  public WeightOptions constraint(@Nullable String name) {
    return constraint(Constraint.named(name));
  }

  /**
   * The dtype.
   *
   * @param value the variable dtype of the layer's policy by default, which null means too
   * @return these options
   */
  public WeightOptions dtype(@Nullable DType value) {
    this.dtype = value;
    return this;
  }

  /** {@link #dtype(DType)} of a name. */
  public WeightOptions dtype(String name) {
    return dtype(DType.of(name));
  }

  public WeightOptions trainable(boolean value) {
    this.trainable = value;
    return this;
  }

  /** Whether the layer's compute dtype applies when it is read in the call; true by default. */
  public WeightOptions autocast(boolean value) {
    this.autocast = value;
    return this;
  }

  public WeightOptions aggregation(String value) {
    this.aggregation = value;
    return this;
  }
}
