package org.keras4j.layers.activations;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.serialization.ConfigValue;
import org.keras4j.core.serialization.CustomObjects;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;

/**
 * The activation functions ({@code keras.activations}): as constants, to be given to layers, and as
 * methods with their further arguments. All keep the shape of {@code x}, an array-like, but for {@link
 * #glu}.
 */
public final class Activations {
  private static final Map<String, ActivationFunction> BY_NAME = new TreeMap<>();

  public static final ActivationFunction CELU = named("celu", Activations::celu);
  public static final ActivationFunction ELU = named("elu", Activations::elu);
  public static final ActivationFunction EXPONENTIAL =
      named("exponential", Activations::exponential);
  public static final ActivationFunction GELU = named("gelu", Activations::gelu);
  public static final ActivationFunction GLU = named("glu", Activations::glu);
  public static final ActivationFunction HARD_SHRINK =
      named("hard_shrink", Activations::hardShrink);
  public static final ActivationFunction HARD_SIGMOID =
      named("hard_sigmoid", Activations::hardSigmoid);
  public static final ActivationFunction HARD_SILU = named("hard_silu", Activations::hardSilu);
  public static final ActivationFunction HARD_TANH = named("hard_tanh", Activations::hardTanh);
  public static final ActivationFunction LEAKY_RELU = named("leaky_relu", Activations::leakyRelu);
  public static final ActivationFunction LINEAR = named("linear", Activations::linear);
  public static final ActivationFunction LOG_SIGMOID =
      named("log_sigmoid", Activations::logSigmoid);
  public static final ActivationFunction LOG_SOFTMAX =
      named("log_softmax", Activations::logSoftmax);
  public static final ActivationFunction MISH = named("mish", Activations::mish);
  public static final ActivationFunction RELU = named("relu", Activations::relu);
  public static final ActivationFunction RELU6 = named("relu6", Activations::relu6);
  public static final ActivationFunction SELU = named("selu", Activations::selu);
  public static final ActivationFunction SIGMOID = named("sigmoid", Activations::sigmoid);
  public static final ActivationFunction SILU = named("silu", Activations::silu);
  public static final ActivationFunction SOFT_SHRINK =
      named("soft_shrink", Activations::softShrink);
  public static final ActivationFunction SOFTMAX = named("softmax", Activations::softmax);
  public static final ActivationFunction SOFTPLUS = named("softplus", Activations::softplus);
  public static final ActivationFunction SOFTSIGN = named("softsign", Activations::softsign);
  public static final ActivationFunction SPARSE_PLUS =
      named("sparse_plus", Activations::sparsePlus);
  public static final ActivationFunction SPARSE_SIGMOID =
      named("sparse_sigmoid", Activations::sparseSigmoid);
  public static final ActivationFunction SPARSEMAX = named("sparsemax", Activations::sparsemax);
  public static final ActivationFunction SQUAREPLUS = named("squareplus", Activations::squareplus);
  public static final ActivationFunction TANH = named("tanh", Activations::tanh);
  public static final ActivationFunction TANH_SHRINK =
      named("tanh_shrink", Activations::tanhShrink);

  static {
    BY_NAME.put("swish", SILU);
    BY_NAME.put("hard_swish", HARD_SILU);
  }

  private Activations() {}

  private record Named(String name, UnaryOperator<Tensor> function)
      implements ActivationFunction, ConfigValue {
    @Override
    public Tensor call(Tensor x) {
      return function.apply(x);
    }

    @Override
    public boolean isIdentity() {
      return equals(LINEAR);
    }

    @Override
    public Object configValue() {
      return name;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static ActivationFunction named(String name, UnaryOperator<Tensor> function) {
    ActivationFunction f = new Named(name, function);
    BY_NAME.put(name, f);
    return f;
  }

  /** The function of a Keras name, or null. */
  static @Nullable ActivationFunction named(String name) {
    return BY_NAME.get(name);
  }

  static Set<String> names() {
    return Collections.unmodifiableSet(BY_NAME.keySet());
  }

  private static Tensor tensor(String name, Object x) {
    try {
      return ArrayLike.tensor(x);
    } catch (IllegalArgumentException e) {
      throw Failures.inPlaceOf(
          e, new IllegalArgumentException(name + ": " + e.getMessage(), e.getCause()));
    }
  }

  /** {@code x} itself. */
  public static Tensor linear(Object x) {
    return tensor("activations.linear", x);
  }

  /** {@code max(x, 0)}. */
  public static Tensor relu(Object x) {
    return Ops.relu(x);
  }

  /**
   * The rectified linear unit: {@code x} from {@code threshold} on, at most {@code maxValue}, and {@code
   * negativeSlope * (x - threshold)} below. The limits are taken in the dtype of x, so that integers stay
   * integers without a slope; just {@code maxValue = 6} makes them floats, as {@link #relu6(Object)} does.
   *
   * @param maxValue null for no limit
   * @return of the shape of x
   */
  public static Tensor relu(
      Object x, double negativeSlope, @Nullable Number maxValue, double threshold) {
    if (negativeSlope != 0 && maxValue == null && threshold == 0) {
      return Ops.leakyRelu(x, negativeSlope);
    }
    Tensor t = tensor("activations.relu", x);
    Tensor y;
    boolean six = false;
    if (threshold != 0) {
      y = Ops.where(Ops.greater(t, Ops.cast(threshold, t.dtype())), t, 0);
    } else {
      six = maxValue != null && maxValue.doubleValue() == 6;
      y = six ? Ops.relu6(t) : Ops.relu(t);
    }
    if (maxValue != null && !six) {
      y = Ops.clip(y, Ops.cast(0, y.dtype()), Ops.cast(maxValue, y.dtype()));
    }
    if (negativeSlope != 0) {
      Tensor below =
          Ops.relu(threshold == 0 ? Ops.negative(t) : Ops.add(Ops.negative(t), threshold));
      y = Ops.subtract(y, Ops.multiply(negativeSlope, below));
    }
    return y;
  }

  /** {@link #leakyRelu(Object, double)} with a slope of 0.2. */
  public static Tensor leakyRelu(Object x) {
    return leakyRelu(x, 0.2);
  }

  /** {@code x} from 0 on, {@code negativeSlope * x} below. */
  public static Tensor leakyRelu(Object x, double negativeSlope) {
    return Ops.leakyRelu(x, negativeSlope);
  }

  /** {@code softmax} along the last axis. */
  public static Tensor softmax(Object x) {
    return softmax(x, -1);
  }

  /** {@code e^x / sum(e^x)} along an axis. */
  public static Tensor softmax(Object x, Object axis) {
    return Ops.softmax(x, axis);
  }

  /** {@code logSoftmax} along the last axis. */
  public static Tensor logSoftmax(Object x) {
    return logSoftmax(x, -1);
  }

  /** {@code log(softmax(x))} along an axis. */
  public static Tensor logSoftmax(Object x, Object axis) {
    return Ops.logSoftmax(x, axis);
  }

  /** {@link #sparsemax(Object, int)} along the last axis. */
  public static Tensor sparsemax(Object x) {
    return sparsemax(x, -1);
  }

  /** The point of the probability simplex nearest to {@code x} along an axis. */
  public static Tensor sparsemax(Object x, int axis) {
    return Ops.sparsemax(x, axis);
  }

  /** {@link #elu(Object, double)} with an alpha of 1. */
  public static Tensor elu(Object x) {
    return elu(x, 1.0);
  }

  /** {@code x} from 0 on, {@code alpha * (e^x - 1)} below. */
  public static Tensor elu(Object x, double alpha) {
    return Ops.elu(x, alpha);
  }

  /** {@link #celu(Object, double)} with an alpha of 1. */
  public static Tensor celu(Object x) {
    return celu(x, 1.0);
  }

  /** {@code max(x, 0) + min(0, alpha * (e^(x / alpha) - 1))}. */
  public static Tensor celu(Object x, double alpha) {
    return Ops.celu(x, alpha);
  }

  /** {@link #gelu(Object, boolean)}, exact. */
  public static Tensor gelu(Object x) {
    return gelu(x, false);
  }

  /** {@code x * P(X <= x)} of a standard normal X, by the error function or approximated by tanh. */
  public static Tensor gelu(Object x, boolean approximate) {
    return Ops.gelu(x, approximate);
  }

  /** {@link #glu(Object, int)} along the last axis. */
  public static Tensor glu(Object x) {
    return glu(x, -1);
  }

  /** The first half along an axis, times the sigmoid of the second half. */
  public static Tensor glu(Object x, int axis) {
    return Ops.glu(x, axis);
  }

  /** {@link #squareplus(Object, double)} with b = 4. */
  public static Tensor squareplus(Object x) {
    return squareplus(x, 4);
  }

  /** {@code (x + sqrt(x^2 + b)) / 2}. */
  public static Tensor squareplus(Object x, double b) {
    return Ops.squareplus(x, b);
  }

  /** {@link #softShrink(Object, double)} with a threshold of 0.5. */
  public static Tensor softShrink(Object x) {
    return softShrink(x, 0.5);
  }

  /** {@code x} moved towards 0 by {@code threshold}, 0 where it is nearer. */
  public static Tensor softShrink(Object x, double threshold) {
    return Ops.softShrink(x, threshold);
  }

  /** {@link #hardShrink(Object, double)} with a threshold of 0.5. */
  public static Tensor hardShrink(Object x) {
    return hardShrink(x, 0.5);
  }

  /** {@code x} where {@code |x| > threshold}, else 0. */
  public static Tensor hardShrink(Object x, double threshold) {
    return Ops.hardShrink(x, threshold);
  }

  /** {@code x} where {@code x > threshold}, else {@code defaultValue}. */
  public static Tensor threshold(Object x, Number threshold, Number defaultValue) {
    return Ops.threshold(x, threshold, defaultValue);
  }

  /** {@code e^x}. */
  public static Tensor exponential(Object x) {
    return Ops.exp(x);
  }

  /** {@code x * tanh(softplus(x))}. */
  public static Tensor mish(Object x) {
    Tensor t = tensor("activations.mish", x);
    return Ops.multiply(t, Ops.tanh(Ops.softplus(t)));
  }

  /** {@code min(max(x, 0), 6)}. */
  public static Tensor relu6(Object x) {
    return Ops.relu6(x);
  }

  /** The scaled exponential linear unit. */
  public static Tensor selu(Object x) {
    return Ops.selu(x);
  }

  /** {@code log(e^x + 1)}. */
  public static Tensor softplus(Object x) {
    return Ops.softplus(x);
  }

  /** {@code x / (|x| + 1)}. */
  public static Tensor softsign(Object x) {
    return Ops.softsign(x);
  }

  /** 0 up to -1, ((x + 1) / 2)^2 between, x from 1 on. */
  public static Tensor sparsePlus(Object x) {
    return Ops.sparsePlus(x);
  }

  /** {@code x * sigmoid(x)}. */
  public static Tensor silu(Object x) {
    return Ops.silu(x);
  }

  /** The hyperbolic tangent. */
  public static Tensor tanh(Object x) {
    return Ops.tanh(x);
  }

  /** {@code x - tanh(x)}. */
  public static Tensor tanhShrink(Object x) {
    return Ops.tanhShrink(x);
  }

  /** X confined to -1 to 1. */
  public static Tensor hardTanh(Object x) {
    return Ops.hardTanh(x);
  }

  /** {@code 1 / (1 + e^-x)}. */
  public static Tensor sigmoid(Object x) {
    return Ops.sigmoid(x);
  }

  /** X / 6 + 0.5 confined to 0 to 1. */
  public static Tensor hardSigmoid(Object x) {
    return Ops.hardSigmoid(x);
  }

  /** {@code log(sigmoid(x))}. */
  public static Tensor logSigmoid(Object x) {
    return Ops.logSigmoid(x);
  }

  /** (x + 1) / 2 confined to 0 to 1. */
  public static Tensor sparseSigmoid(Object x) {
    return Ops.sparseSigmoid(x);
  }

  /** {@code x * hardSigmoid(x)}. */
  public static Tensor hardSilu(Object x) {
    return Ops.hardSilu(x);
  }

  /** {@link #silu} under its other name. */
  public static Tensor swish(Object x) {
    return silu(x);
  }

  /** {@link #hardSilu} under its other name. */
  public static Tensor hardSwish(Object x) {
    return hardSilu(x);
  }

  /** {@link ActivationFunction#get} ({@code keras.activations.get}). */
  public static ActivationFunction get(@Nullable Object identifier) {
    return ActivationFunction.get(identifier);
  }

  /**
   * What a config says of an activation ({@code keras.activations.serialize}): the name of one of these, or
   * the JSON tree of one that is {@link org.keras4j.core.serialization.Configurable}.
   *
   * @throws IllegalArgumentException if it is another function, which has no name
   */
  public static @Nullable Object serialize(ActivationFunction activation) {
    return Serializer.serialize(activation);
  }

  /**
   * The activation of a name or JSON tree ({@code keras.activations.deserialize}).
   *
   * @param customObjects classes by the names that the tree has for them, besides those registered; may be null
   * @return the activation
   */
  public static ActivationFunction deserialize(
      Object config, @Nullable Map<String, Class<?>> customObjects) {
    return CustomObjects.with(customObjects, () -> ActivationFunction.get(config));
  }
}
