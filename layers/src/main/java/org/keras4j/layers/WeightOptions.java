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

  /** Options with this initializer, its name or config. */
  public static WeightOptions initializer(Object initializer) {
    WeightOptions w = new WeightOptions();
    w.initializer = Initializer.get(initializer);
    return w;
  }

  public WeightOptions regularizer(@Nullable Object value) {
    this.regularizer = Regularizer.get(value);
    return this;
  }

  public WeightOptions constraint(@Nullable Object value) {
    this.constraint = Constraint.get(value);
    return this;
  }

  /** The dtype; by default the variable dtype of the layer's policy. */
  public WeightOptions dtype(@Nullable Object value) {
    this.dtype = DType.from(value);
    return this;
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
