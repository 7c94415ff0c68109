package org.keras4j.layers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.initializers.HeUniform;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.initializers.Zeros;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.Autocast;
import org.keras4j.ops.internal.engine.Prims;

/**
 * A layer whose main weight can be frozen and given a trainable low-rank update instead (LoRA; Hu et al.
 * 2021, arXiv:2106.09685): {@code weight + alpha / rank * a @ b}, with {@code a} of {@code (..., rank)} and
 * {@code b} of {@code (rank, outputs)}, both float32.
 *
 * @param <S> the class itself
 */
public abstract class AdaptableLayer<S extends AdaptableLayer<S>> extends FluentLayer<S> {
  private @Nullable Integer loraRank;
  private @Nullable Number loraAlpha;
  private @Nullable Variable weight;
  private @Nullable Shape weightShape;
  private String weightName = "kernel";
  private boolean constrained;
  private @Nullable Variable loraA;
  private @Nullable Variable loraB;

  protected AdaptableLayer() {}

  /**
   * The rank of an update that is made when the layer is built.
   *
   * @param value null (the default) for none
   * @return this layer
   */
  public S loraRank(@Nullable Integer value) {
    return set("loraRank", () -> loraRank = value);
  }

  /** {@link #loraRank(Integer)} of a number. */
  public S loraRank(int value) {
    return loraRank((Integer) value);
  }

  /**
   * The scale of the update times its rank.
   *
   * @param value null (the default) for the rank
   * @return this layer
   */
  public S loraAlpha(@Nullable Number value) {
    return set("loraAlpha", () -> loraAlpha = value);
  }

  /**
   * Freezes the main weight and gives it an update, with alpha equal to its rank.
   *
   * @param rank the rank of the update, above 0
   * @return this layer
   */
  public S enableLora(int rank) {
    return enableLora(rank, null, new HeUniform(), new Zeros());
  }

  /**
   * Freezes the main weight and gives it an update of this rank.
   *
   * @param rank the rank of the update, above 0
   * @param alpha the scale of the update times its rank; null for the rank
   * @param aInitializer how {@code a} starts
   * @param bInitializer how {@code b} starts; zeros leave the layer's outputs as they are at first
   * @return this layer
   * @throws IllegalStateException if the layer is not built, has an update already, or its weight is
   *     constrained
   */
  public S enableLora(
      int rank, @Nullable Number alpha, Initializer aInitializer, Initializer bInitializer) {
    if (weight == null) {
      throw new IllegalStateException(
          label() + ": must be built, with a weight to adapt, before LoRA is enabled");
    }
    if (constrained) {
      throw new IllegalStateException(
          label() + ": LoRA does not go together with a constraint of the weight");
    }
    if (loraA != null) {
      throw new IllegalStateException(label() + ": LoRA is enabled already");
    }
    String mode = quantizationMode();
    if (mode != null && !mode.equals("int8") && !mode.equals("int4")) {
      throw new UnsupportedOperationException(
          label() + ": LoRA does not go together with quantization to " + mode);
    }
    if (rank <= 0) {
      throw new IllegalArgumentException(
          label() + ": the rank of LoRA expects a positive integer, got " + rank);
    }
    Shape shape = Objects.requireNonNull(weightShape);
    String prefix = "lora_" + weightName + "_";
    loraA = addWeight(prefix + "a", shape.with(-1, rank), update(aInitializer));
    loraB = addWeight(prefix + "b", Shape.of(rank, shape.last()), update(bInitializer));
    weight.setTrainable(false);
    loraRank = rank;
    loraAlpha = alpha == null ? rank : alpha;
    return self();
  }

  private WeightOptions update(Initializer initializer) {
    return WeightOptions.initializer(initializer)
        .dtype(DType.FLOAT32)
        .regularizer(weight == null ? null : (Regularizer) weight.regularizer());
  }

  /**
   * Refuses what does not go together with an update.
   *
   * @throws UnsupportedOperationException if there is one
   */
  protected final void requireNoUpdate(String what) {
    if (loraA != null) {
      throw new UnsupportedOperationException(
          label() + ": has LoRA enabled, and cannot be what " + what);
    }
  }

  /** Declares the main weight; build ends with it. */
  protected final void adaptable(Variable main) {
    adaptable(main, main.shape());
  }

  /** Likewise, of a weight that stands for one of another shape. */
  protected final void adaptable(Variable main, Shape shape) {
    this.weight = main;
    this.weightShape = shape;
    this.weightName = main.name();
    this.constrained = main.constraint() != null;
    if (loraRank != null) {
      enableLora(loraRank, loraAlpha, new HeUniform(), new Zeros());
    }
  }

  /** The main weight with its update, in the compute dtype in force. */
  protected final Tensor adapted() {
    Tensor w = Autocast.value(Objects.requireNonNull(weight));
    if (loraA == null || loraB == null) {
      return w;
    }
    Tensor sum = Ops.add(w, Ops.multiply(scale(), Ops.matmul(loraA, loraB)));
    return Prims.convert(sum, computeDtype());
  }

  private double scale() {
    return Objects.requireNonNull(loraAlpha).doubleValue() / Objects.requireNonNull(loraRank);
  }

  /**
   * An output of the main weight alone with what the update adds to it.
   *
   * @param inner what the input gives with {@code a} in place of the weight
   * @return the output with the update's share
   */
  protected final Tensor updated(Tensor output, UnaryOperator<Tensor> inner) {
    if (loraA == null || loraB == null) {
      return output;
    }
    Tensor update = Ops.matmul(inner.apply(Autocast.value(loraA)), loraB);
    return Prims.convert(Ops.add(output, Ops.multiply(scale(), update)), computeDtype());
  }

  /** The weights without the update, which is merged into the main one when saved. */
  @Override
  public List<Variable> savedWeights() {
    List<Variable> out = new ArrayList<>(super.savedWeights());
    out.remove(loraA);
    out.remove(loraB);
    return out;
  }

  @Override
  public NDArray savedValue(Variable v) {
    if (loraA == null || loraB == null) {
      return super.savedValue(v);
    }
    Tensor merged = merged(Ops.multiply(scale(), Ops.matmul(loraA, loraB))).get(v);
    return merged == null ? super.savedValue(v) : merged.toNDArray();
  }

  /** What files hold for the variables that make up the main weight once an update is added to it. */
  protected Map<Variable, Tensor> merged(Tensor update) {
    Variable w = Objects.requireNonNull(weight);
    return Map.of(w, Prims.convert(Ops.add(w, update), w.dtype()));
  }

  @Override
  public void loadedWeights() {
    if (loraA != null && loraB != null) {
      loraA.assign(Ops.zeros(loraA.shape(), loraA.dtype()));
      loraB.assign(Ops.zeros(loraB.shape(), loraB.dtype()));
    }
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    if (loraRank != null) {
      out.put("lora_rank", loraRank);
      out.put("lora_alpha", loraAlpha == null ? loraRank : loraAlpha);
    }
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    if (rest.remove("lora_rank") instanceof Number n) {
      loraRank = n.intValue();
    }
    if (rest.remove("lora_alpha") instanceof Number n) {
      loraAlpha = n;
    }
    super.setConfig(rest);
  }
}
