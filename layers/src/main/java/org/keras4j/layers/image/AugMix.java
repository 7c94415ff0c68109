package org.keras4j.layers.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.ops.random.SeedGenerator;

/**
 * A mixture of images and some that went through chains of augmentations ({@code keras.layers.AugMix}; Hendrycks
 * et al. 2019). Which augmentations a chain has is chosen anew for each call; as in Keras, code that is compiled
 * chooses once, when it is traced.
 *
 * <p>Input and output shape: {@code (batch, height, width, 3)} or without batch, or with channels first, or a
 * map, in which segmentation masks are mixed along.
 *
 * <pre>{@code
 * Tensor y = new AugMix().seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class AugMix extends PolicyLayer<AugMix, AugMix.Mixture> {
  private static final List<String> SOME = List.of(
      "random_shear",
      "random_translation",
      "random_rotation",
      "random_posterization",
      "solarization",
      "auto_contrast",
      "equalization");
  private static final List<String> ALL = List.of(
      "random_shear",
      "random_translation",
      "random_rotation",
      "random_posterization",
      "solarization",
      "auto_contrast",
      "equalization",
      "random_brightness",
      "random_color_degeneration",
      "random_contrast",
      "random_sharpness");

  // each is a step of the computation for each kind of augmentation
  private static final int MOST_STEPS = 1000;

  @Config
  private int numChains = 3;

  @Config
  private int chainDepth = 3;

  @Config
  private Number alpha = 1.0;

  @Config
  private boolean allOps = true;

  /** With the default factor, 0.3. */
  public AugMix() {
    super(0.3);
  }

  /** What was chosen: chains of augmentations, their weights, and the weight of the images themselves. */
  public static final class Mixture {
    private final Tensor chainMixingWeights;
    private final Tensor weightSample;
    private final List<List<Chosen<?>>> chains;

    private Mixture(Tensor chainMixingWeights, Tensor weightSample, List<List<Chosen<?>>> chains) {
      this.chainMixingWeights = chainMixingWeights;
      this.weightSample = weightSample;
      this.chains = chains;
    }

    /** The weights of the chains, which sum up to 1. */
    public Tensor chainMixingWeights() {
      return chainMixingWeights;
    }

    /** The weight of the images themselves, a scalar. */
    public Tensor weightSample() {
      return weightSample;
    }
  }

  @Override
  List<String> names() {
    return allOps ? ALL : SOME;
  }

  @Override
  protected void configured() {
    super.configured();
    requireFew(numChains, chainDepth);
  }

  /**
   * The number of chains; 3 by default.
   *
   * @param value how many chains there are; 3 by default
   * @return this layer
   */
  public AugMix numChains(int value) {
    requireFew(value, chainDepth);
    return set("numChains", () -> numChains = value);
  }

  /**
   * The number of augmentations in a chain at most; 3 by default.
   *
   * @param value how many changes a chain has at most; 3 by default
   * @return this layer
   */
  public AugMix chainDepth(int value) {
    requireFew(numChains, value);
    return set("chainDepth", () -> chainDepth = value);
  }

  private void requireFew(int chains, int depth) {
    Extent.of(label() + " num_chains and chain_depth", 2, 1, chains, depth);
    if ((long) chains * depth > MOST_STEPS) {
      throw new IllegalArgumentException(label() + ": num_chains times chain_depth expects "
          + MOST_STEPS + " at most, got " + chains + " times " + depth);
    }
  }

  /**
   * The parameter of the distributions of weights.
   *
   * @param value 1 by default
   * @return this layer
   */
  public AugMix alpha(Number value) {
    return set("alpha", () -> alpha = value);
  }

  /**
   * Whether brightness, colors, contrast and sharpness are among the augmentations.
   *
   * @param value true by default
   * @return this layer
   */
  public AugMix allOps(boolean value) {
    set("allOps", () -> allOps = value);
    configured();
    return this;
  }

  @Override
  public @Nullable Mixture randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    Object from = source(seed);
    Tensor gamma = RandomOps.gamma(Shape.of(numChains), alpha, null, from);
    Tensor weights = Ops.divide(gamma, Ops.sum(gamma, -1, true));
    Tensor own = RandomOps.beta(Shape.SCALAR, alpha, alpha, null, from);
    List<ImageLayer<?, ?>> layers = augmentations();
    Random random = new Random(SeedGenerator.defaultSeed());
    List<List<Chosen<?>>> chains = new ArrayList<>();
    for (int i = 0; i < numChains; i++) {
      List<Chosen<?>> chain = new ArrayList<>();
      for (int k = 0; k < chainDepth; k++) {
        // one possibility is none
        int which = random.nextInt(layers.size() + 1);
        if (which < layers.size()) {
          chain.add(Chosen.draw(layers.get(which), images, from));
        }
      }
      chains.add(chain);
    }
    return new Mixture(weights, own, chains);
  }

  private Tensor mixed(Tensor x, Mixture chosen, BiFunction<Chosen<?>, Tensor, Tensor> apply) {
    Tensor weights = computed(chosen.chainMixingWeights);
    Tensor own = computed(chosen.weightSample);
    Tensor sum = Ops.zerosLike(x);
    for (int i = 0; i < chosen.chains.size(); i++) {
      Tensor y = x;
      for (Chosen<?> c : chosen.chains.get(i)) {
        y = apply.apply(c, y);
      }
      Tensor weight = Ops.squeeze(Prims.slice(weights, 0, i, i + 1), 0);
      sum = Ops.add(sum, Ops.multiply(y, weight));
    }
    return Ops.add(Ops.multiply(own, x), Ops.multiply(Ops.subtract(1.0, own), sum));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Mixture chosen, boolean training) {
    Tensor x = computed(images);
    if (!training || chosen == null) {
      return x;
    }
    return computed(ValueRange.clip(mixed(x, chosen, Chosen::images), valueRange()));
  }

  @Override
  public Tensor transformSegmentationMasks(
      Tensor masks, @Nullable Mixture chosen, boolean training) {
    return !training || chosen == null ? masks : mixed(masks, chosen, Chosen::masks);
  }
}
