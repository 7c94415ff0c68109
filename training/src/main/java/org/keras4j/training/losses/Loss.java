package org.keras4j.training.losses;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Fluent;
import org.keras4j.core.Keras;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.Names;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.Op;

/**
 * Measures how far predictions are from targets ({@code keras.losses.Loss}). A loss of one's own
 * overrides {@link #call}, which gives one number a sample; {@link #invoke} weights and reduces them. One with
 * settings extends {@link FluentLoss}.
 *
 * <pre>{@code
 * final class Quartic extends Loss {
 *   @Override protected Tensor call(Object yTrue, Object yPred) {
 *     return Ops.mean(Ops.power(Ops.subtract(yTrue, yPred), 4), -1);
 *   }
 * }
 * }</pre>
 */
public abstract class Loss implements Configurable {
  @Config
  private String name;

  @Config
  private @Nullable String reduction = "sum_over_batch_size";

  private DType dtype = Keras.floatx();

  private boolean used;

  /** A loss with an automatic name, reduced over the batch. */
  protected Loss() {
    this.name = Names.auto(Names.snakeCase(getClass().getSimpleName()));
  }

  /**
   * A loss reduced over the batch.
   *
   * @param name its name
   */
  protected Loss(String name) {
    this.name = name;
  }

  /** The name, by which logs call it. */
  public final String name() {
    return name;
  }

  /**
   * The name, by which logs call it.
   *
   * @param value Keras's name of the class by default
   * @return this loss
   */
  public Loss name(String value) {
    mutable("name");
    this.name = value;
    return this;
  }

  /** How the samples' losses become one number, or null for not at all. */
  public final @Nullable String reduction() {
    return reduction;
  }

  /**
   * How the samples' losses become one number.
   *
   * @param value {@code sum_over_batch_size} (the default; the sum divided by the number of losses),
   *     {@code mean} (the same), {@code mean_with_sample_weight} (the sum divided by the sum of weights),
   *     {@code sum}, or {@code none} or null for one loss a sample
   * @return this loss
   * @throws IllegalArgumentException if it is none of these
   */
  public Loss reduction(@Nullable String value) {
    mutable("reduction");
    this.reduction = Reduction.standardize(value);
    return this;
  }

  /** The dtype of computations. */
  public final DType dtype() {
    return dtype;
  }

  /**
   * The dtype of computations.
   *
   * @param value {@link Keras#floatx} by default
   * @return this loss
   */
  public Loss dtype(DType value) {
    mutable("dtype");
    this.dtype = value;
    return this;
  }

  /**
   * {@link #dtype(DType)} of a name.
   *
   * @param name of a dtype or a dtype policy, {@code "float64"}, {@code "mixed_float16"}
   * @return this loss
   * @throws IllegalArgumentException if there is neither
   */
  public Loss dtype(String name) {
    return dtype(DTypePolicy.get(name));
  }

  /**
   * {@link #dtype(DType)} of a policy, whose compute dtype counts.
   *
   * @param policy a dtype policy
   * @return this loss
   */
  public Loss dtype(DTypePolicy policy) {
    return dtype(policy.computeDtype());
  }

  /**
   * Fails if a setting comes too late; setters call it first.
   *
   * @param setting the setter's name
   * @throws IllegalStateException if the loss was called
   */
  protected final void mutable(String setting) {
    if (used) {
      throw Fluent.tooLate(getClass().getSimpleName() + " '" + name + "'", "loss", setting);
    }
  }

  /**
   * The loss of each sample, of the shape of the targets without the last axis (mostly).
   *
   * @param yTrue targets: a tensor of the loss's dtype, or a nested structure of such
   * @param yPred predictions, likewise
   * @return a loss for each sample
   */
  protected abstract Tensor call(Object yTrue, Object yPred);

  /** The reduced loss. */
  public final Tensor invoke(Object yTrue, Object yPred) {
    return invoke(yTrue, yPred, null);
  }

  /**
   * The weighted and reduced loss; the Keras mask of the predictions counts as weight too.
   *
   * @param yTrue targets, array-like or nested structures of such
   * @param yPred predictions, likewise
   * @param sampleWeight array-like that broadcasts against the losses, or null
   * @return a scalar, or the losses where nothing is reduced
   * @throws IllegalArgumentException if shapes or dtypes do not fit; it names the loss
   */
  public final Tensor invoke(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    if (Op.isSymbolic(yTrue, yPred, sampleWeight)) {
      return Op.call(
          "losses." + name,
          a -> compute(a.given(0), a.given(1), a.get(2)),
          yTrue,
          yPred,
          sampleWeight);
    }
    try {
      return compute(yTrue, yPred, sampleWeight);
    } catch (MemoryLimitException e) {
      throw e.in(getClass().getSimpleName() + " '" + name + "'");
    } catch (IllegalArgumentException e) {
      throw Failures.of(getClass().getSimpleName() + " '" + name + "'", e);
    }
  }

  private Tensor compute(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    if (!used) {
      used = true;
    }
    Tensor inMask = yPred instanceof Tensor p ? p.kerasMask() : null;
    Tensor losses = call(tensors(yTrue), tensors(yPred));
    Tensor outMask = losses.kerasMask();
    Tensor mask =
        inMask == null ? outMask : outMask == null ? inMask : Ops.logicalAnd(inMask, outMask);
    return Reduction.weighted(losses, sampleWeight, mask, reduction, dtype);
  }

  private Object tensors(Object y) {
    return isArray(y)
        ? Ops.convertToTensor(y, dtype)
        : Objects.requireNonNull(Nest.map(y, x -> Ops.convertToTensor(x, dtype)));
  }

  // a Java array or nested list of numbers is one array, of anything else a structure
  private static boolean isArray(Object y) {
    Class<?> c = y.getClass();
    while (c.isArray()) {
      c = c.getComponentType();
    }
    if (c.isPrimitive()) {
      return true;
    }
    return (y instanceof List || y instanceof Object[])
        && Nest.flatten(y).stream()
            .allMatch(x -> x instanceof Number
                || x instanceof Boolean
                || (x != null && x.getClass().isArray()));
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    if (rest.containsKey("dtype")) {
      dtype(DTypePolicy.get(rest.remove("dtype")));
    }
    ConfigFields.write(this, rest);
    Reduction.standardize(reduction);
  }

  /**
   * The loss that an identifier means: a name of a class ({@code "MeanSquaredError"}) or function ({@code
   * "mean_squared_error"}, {@code "mse"}), a config, a {@link LossFunction}, or a loss itself.
   *
   * @throws IllegalArgumentException if there is no such loss, listing what there is
   */
  public static @Nullable Loss get(@Nullable Object identifier) {
    return LossNames.resolve(identifier);
  }

  @Override
  public String toString() {
    return "<" + getClass().getSimpleName() + " name=" + name + ">";
  }
}
