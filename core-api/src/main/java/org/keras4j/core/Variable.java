package org.keras4j.core;

import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.sharding.Sharding;

/**
 * A tensor that keeps its place and changes its value: weights, optimizer slots, metric sums, seed
 * states ({@code keras.Variable}). While a function is traced, or a {@link VariableScope} is in
 * force, reads and assignments go there instead.
 */
public final class Variable {
  private static final AtomicLong IDS = new AtomicLong();

  // bytes of values after whose initialization backends give memory back
  private static final long TRIM = 32L << 20;
  private static final AtomicLong INITIALIZED = new AtomicLong();

  private final long id = IDS.incrementAndGet();
  private final String name;
  private final TensorSpec spec;
  private String path;
  private boolean trainable;
  private boolean autocast = true;
  private @Nullable Supplier<Tensor> initializer;
  private volatile @Nullable EagerTensor value;
  private @Nullable Object regularizer;
  private @Nullable Object constraint;
  private String aggregation = "none";
  private boolean overwriteWithGradient;
  private @Nullable Sharding sharding;
  private @Nullable Variable reference;

  /**
   * A variable whose first value is made when it is first read outside any trace. Its path begins with the names of {@link
   * Names#in} around.
   *
   * @param initializer makes a tensor of the given shape and dtype
   */
  public Variable(String name, TensorSpec spec, boolean trainable, Supplier<Tensor> initializer) {
    if (!spec.shape().isKnown()) {
      throw new IllegalArgumentException(
          "Variable '" + name + "' needs a known shape, got " + spec.shape());
    }
    if (name.contains("/")) {
      throw new IllegalArgumentException(
          "A variable's name cannot contain '/', got '" + name + "'");
    }
    this.name = name;
    this.path = Names.path(name);
    this.spec = spec;
    this.trainable = trainable;
    this.initializer = initializer;
  }

  /** A number unique in this JVM, increasing in the order of creation. */
  public long id() {
    return id;
  }

  public String name() {
    return name;
  }

  /** Name with the names of the owners before it, {@code dense/kernel}. */
  public String path() {
    return path;
  }

  public void setPath(String newPath) {
    this.path = newPath;
  }

  public TensorSpec spec() {
    return spec;
  }

  public Shape shape() {
    return spec.shape();
  }

  public DType dtype() {
    return spec.dtype();
  }

  public boolean isTrainable() {
    return trainable;
  }

  public void setTrainable(boolean trainable) {
    this.trainable = trainable;
  }

  /** Whether a layer's compute dtype applies when this is read inside its call. */
  public boolean isAutocast() {
    return autocast;
  }

  public Variable setAutocast(boolean autocast) {
    this.autocast = autocast;
    return this;
  }

  /** The regularizer given to {@code addWeight}, or null. */
  public @Nullable Object regularizer() {
    return regularizer;
  }

  /**
   * What is added to the loss for this variable.
   *
   * @param regularizer a {@code Regularizer} of the module {@code layers}, which this one does not know; null for none
   */
  public void setRegularizer(@Nullable Object regularizer) {
    this.regularizer = regularizer;
  }

  /** The constraint that the optimizer applies after an update, or null. */
  public @Nullable Object constraint() {
    return constraint;
  }

  /**
   * What the optimizer confines this variable to after each update.
   *
   * @param constraint a {@code Constraint} of the module {@code layers}, which this one does not know; null for none
   */
  public void setConstraint(@Nullable Object constraint) {
    this.constraint = constraint;
  }

  /** How replicas' values combine: {@code none}, {@code mean}, {@code sum} or {@code only_first_replica}. */
  public String aggregation() {
    return aggregation;
  }

  public void setAggregation(String aggregation) {
    this.aggregation = aggregation;
  }

  /** Whether an optimizer assigns the gradient itself as the new value (float8 scales). */
  public boolean isOverwriteWithGradient() {
    return overwriteWithGradient;
  }

  public void setOverwriteWithGradient(boolean overwrite) {
    this.overwriteWithGradient = overwrite;
  }

  /** How it lies on the devices of a mesh, if that was set; whatever the distribution in force says otherwise. */
  public @Nullable Sharding sharding() {
    return sharding;
  }

  /**
   * Lays it out on the devices of a mesh ({@code layout} of {@code keras.Variable}).
   *
   * @param sharding for instance {@code TensorLayout.of(null, "model").withMesh(mesh).sharding()}; null leaves it to the
   *     distribution in force
   * @throws IllegalArgumentException if it has more dimensions than the variable, or one does not divide evenly
   */
  public void setSharding(@Nullable Sharding sharding) {
    this.sharding = sharding == null
        ? null
        : sharding.evenly("Variable '" + path + "'", shape().toArray());
  }

  /** The weight that this is a slot of an optimizer for, or null. */
  public @Nullable Variable reference() {
    return reference;
  }

  /** Says which weight this is a slot of an optimizer for: it is laid out like that. */
  public void setReference(@Nullable Variable weight) {
    this.reference = weight;
  }

  /** The value: traced while tracing, else the numbers; autocast is not applied. */
  public Tensor value() {
    VariableScope s = VariableScope.current();
    if (s != null) {
      Tensor t = s.read(this);
      if (t != null) {
        return t;
      }
    }
    return eager();
  }

  /** The stored numbers, whatever scope is in force; initializes if that is still due. */
  public EagerTensor eager() {
    EagerTensor v = value;
    return v != null ? v : initialize();
  }

  private synchronized EagerTensor initialize() {
    if (value == null) {
      Supplier<Tensor> init = initializer;
      if (init == null) {
        throw new IllegalStateException("Variable '" + path + "' has no value");
      }
      // what an initializer computes on the way may be several times as large as the value
      try (VariableScope outside = VariableScope.suspend();
          TensorScope scope = new TensorScope()) {
        Tensor t = init.get();
        if (!(t instanceof EagerTensor e) || !t.spec().equals(spec)) {
          throw new IllegalStateException(
              "Variable '" + path + "' expects an initial value " + spec + ", got " + t.spec());
        }
        TensorScope.detach(e);
        value = e;
        initializer = null;
      }
      trimAfter(value);
    }
    return value;
  }

  private static void trimAfter(EagerTensor t) {
    if (INITIALIZED.addAndGet(t.spec().bytes()) >= TRIM) {
      INITIALIZED.set(0);
      t.backend().trim();
    }
  }

  /** Whether a value was stored or initialized. */
  public boolean isInitialized() {
    return value != null;
  }

  /**
   * Replaces the value.
   *
   * @throws IllegalArgumentException if shape or dtype differ
   */
  public void assign(Tensor newValue) {
    if (newValue.dtype() != spec.dtype() || !spec.shape().isCompatible(newValue.shape())) {
      throw new IllegalArgumentException(
          "Variable '" + path + "' holds " + spec + ", got " + newValue.spec());
    }
    VariableScope s = VariableScope.current();
    if (s != null && s.assign(this, newValue)) {
      return;
    }
    if (!(newValue instanceof EagerTensor e)) {
      throw new IllegalArgumentException(
          "Variable '" + path + "' got a symbolic value outside a trace");
    }
    store(e);
  }

  /**
   * Adds to the value ({@code assign_add}).
   *
   * @param value a number, array or tensor that broadcasts to this shape; converted to this dtype
   * @throws IllegalArgumentException if it does not
   */
  public void assignAdd(Object value) {
    assign(Arithmetic.IN_USE.changed(this, value, true));
  }

  /**
   * Subtracts from the value ({@code assign_sub}).
   *
   * @param value as of {@link #assignAdd}
   */
  public void assignSub(Object value) {
    assign(Arithmetic.IN_USE.changed(this, value, false));
  }

  /** Looked for when it is first needed. */
  private static final class Arithmetic {
    static final VariableArithmetic IN_USE = ServiceLoader.load(
            VariableArithmetic.class, Variable.class.getClassLoader())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(
            "Arithmetic on variables needs the module keras4j-ops on the class path"));
  }

  /**
   * Stores numbers, whatever scope is in force. The old value is freed when nobody refers to it any
   * more: it may be in use by another thread.
   */
  public void store(EagerTensor newValue) {
    TensorScope.detach(newValue);
    value = newValue;
    initializer = null;
  }

  @Override
  public String toString() {
    return "<Variable path=" + path + ", shape=" + shape() + ", dtype=" + dtype() + ">";
  }
}
