package org.keras4j.layers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Names;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.grad.RematScope;

/** What a layer is told, and may be told until it is built. */
abstract class LayerSettings {
  String name;
  String path;
  boolean trainable = true;
  DTypePolicy dtypePolicy = DTypePolicy.global();
  boolean autocast = true;
  boolean convertInputs = true;
  boolean built;
  final @Nullable RematScope remat = RematScope.current();
  private boolean builtWithoutInput;
  boolean supportsMasking;

  @Nullable
  Regularizer activityRegularizer;

  List<InputSpec> inputSpec = List.of();

  /** Entries of configs of older files that say nothing about the layer itself, given back as they were read. */
  final Map<String, Object> olderEntries = new LinkedHashMap<>();

  LayerSettings() {
    this.name = Names.auto(Names.snakeCase(className()));
    this.path = name;
    this.supportsMasking = Overrides.computeMask(getClass());
  }

  final Layer layer() {
    return (Layer) this;
  }

  /** What Keras calls the class: automatic names and the paths in weights files are made of it. */
  public String className() {
    KerasSerializable a = getClass().getAnnotation(KerasSerializable.class);
    return a == null || a.name().isEmpty() ? getClass().getSimpleName() : a.name();
  }

  public final String name() {
    return name;
  }

  /** Sets the name; no slashes. */
  public Layer name(String value) {
    mutable("name");
    rename(value);
    return layer();
  }

  /** Sets the name of what may be built already: a model, which is built as it is made. */
  protected final void rename(String value) {
    if (value.contains("/")) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + ": a name cannot contain '/', got '" + value + "'");
    }
    this.name = value;
    this.path = value;
  }

  public final boolean isTrainable() {
    return trainable;
  }

  /** Sets the dtype policy: a policy, its name, or a dtype. */
  public Layer dtype(Object policy) {
    mutable("dtype");
    this.dtypePolicy = DTypePolicy.get(policy);
    return layer();
  }

  /** Changes the dtype policy of a built layer, whose weights were exchanged. */
  protected final void exchangePolicy(DTypePolicy policy) {
    this.dtypePolicy = policy;
  }

  public final DTypePolicy dtypePolicy() {
    return dtypePolicy;
  }

  /** The dtype of computations and outputs. */
  public final DType computeDtype() {
    return dtypePolicy.computeDtype();
  }

  /** The dtype of weights. */
  public final DType variableDtype() {
    return dtypePolicy.variableDtype();
  }

  /** Adds a penalty on the outputs to {@link Layer#losses}. */
  public Layer activityRegularizer(@Nullable Object regularizer) {
    this.activityRegularizer = Regularizer.get(regularizer);
    return layer();
  }

  public final @Nullable Regularizer activityRegularizer() {
    return activityRegularizer;
  }

  /** Whether float inputs are converted to the compute dtype; true at first. */
  protected final void autocast(boolean value) {
    this.autocast = value;
  }

  /** Whether inputs are converted to tensors of the layer's dtype at all; true at first. */
  protected final void convertInputs(boolean value) {
    this.convertInputs = value;
  }

  /** Declares that masks of the input are handled, or passed on to the output. */
  protected final void supportsMasking(boolean value) {
    this.supportsMasking = value;
  }

  public final boolean isSupportsMasking() {
    return supportsMasking;
  }

  /** Demands of the input, one for each of its tensors. */
  protected final void inputSpec(InputSpec... specs) {
    this.inputSpec = List.of(specs);
  }

  /**
   * Fails if a setting comes too late; fluent methods call it first.
   *
   * @throws IllegalStateException if the layer is built
   */
  protected final void mutable(String setting) {
    if (built) {
      throw new IllegalStateException(
          label() + ": '" + setting + "' cannot be set any more, the layer is built");
    }
  }

  /** Class and name, for messages: {@code Dense 'fc1'}. */
  protected final String label() {
    return getClass().getSimpleName() + " '" + name + "'";
  }

  public final boolean isBuilt() {
    return built || builtWithoutInput;
  }

  /** Declares that there is nothing to build: the layer counts as built from the start. */
  protected final void builtWithoutInput() {
    this.builtWithoutInput = true;
  }

  /** Declares that no weights are to be made any more. */
  protected final void markBuilt() {
    this.built = true;
  }

  final boolean isBuiltWithoutInput() {
    return builtWithoutInput;
  }
}
