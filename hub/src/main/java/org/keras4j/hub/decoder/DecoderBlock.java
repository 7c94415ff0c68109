package org.keras4j.hub.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.normalization.RMSNormalization;
import org.keras4j.ops.Ops;

/**
 * A layer of a decoder: attention and a feed-forward network, each added to what goes in, which is normalized before them, and
 * perhaps behind.
 *
 * <p>Input: {@code (batch, time, hidden)}; arguments as of {@link CausalBackbone#blocks}. Output shape: the input's. Weights:
 * those of {@code attention_norm}, {@code attention}, {@code feed_forward_norm} and {@code feed_forward}, and perhaps
 * of {@code attention_post_norm} and {@code feed_forward_post_norm}.
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class DecoderBlock extends FluentLayer<DecoderBlock> {
  @Config
  private @Nullable DecoderConfig config;

  @Config
  private int index;

  private DecoderBlock() {}

  /**
   * One of the layers.
   *
   * @param config of the decoder
   * @param index the layer's place, from 0 on
   */
  public DecoderBlock(DecoderConfig config, int index) {
    this.config = config;
    this.index = index;
  }

  private DecoderConfig config() {
    return Objects.requireNonNull(config);
  }

  /** A normalization as a decoder has them, for a layer inside another one. */
  static Layer norm(DecoderConfig c, String name, Layer of) {
    return c.isOffsetNorm()
        ? new OffsetRMSNormalization()
            .epsilon(c.layerNormEpsilon())
            .name(name)
            .dtype(of.dtypePolicy())
        : new RMSNormalization().epsilon(c.layerNormEpsilon()).name(name).dtype(of.dtypePolicy());
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "positions", "keys", "values", "fresh", "training");
  }

  @Override
  protected void build(Shape input) {
    DecoderConfig c = config();
    norm("attention_norm", input);
    track("attention", new DecoderAttention(c, index).name("attention").dtype(dtypePolicy()))
        .buildFor(input);
    if (c.isPostNorm()) {
      norm("attention_post_norm", input);
    }
    norm("feed_forward_norm", input);
    track("feed_forward", feedForward().name("feed_forward").dtype(dtypePolicy()))
        .buildFor(input);
    if (c.isPostNorm()) {
      norm("feed_forward_post_norm", input);
    }
  }

  private FluentLayer<?> feedForward() {
    DecoderConfig c = config();
    return c.hasExperts(index)
        ? new MixtureOfExperts(c.numExperts(), c.numExpertsPerToken(), c.expertDim())
            .activation(c.activation())
            .normalizeTopK(c.isNormalizeExperts())
        : new GatedFeedForward(c.intermediateDim())
            .activation(c.activation())
            .useBias(c.isFeedForwardBias())
            .packedPlanes(
                c.packed(index, PackedMatrix.GATE),
                c.packed(index, PackedMatrix.UP),
                c.packed(index, PackedMatrix.DOWN));
  }

  private void norm(String name, Shape input) {
    track(name, norm(config(), name, this)).buildFor(input);
  }

  private Layer inner(String name) {
    return (Layer) Objects.requireNonNull(trackedAttributes().get(name));
  }

  private Tensor after(String norm, Tensor x) {
    return config().isPostNorm() ? inner(norm).invoke(x) : x;
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    Tensor x = single(inputs);
    CallArgs args = CallArgs.of(
        "positions",
        context.get("positions"),
        "keys",
        context.get("keys"),
        "values",
        context.get("values"),
        "fresh",
        context.get("fresh"));
    Object attended = inner("attention").invokeNested(inner("attention_norm").invoke(x), args);
    Tensor heads = (Tensor) (attended instanceof List<?> l ? l.get(0) : attended);
    Tensor h = Ops.add(x, after("attention_post_norm", heads));
    Tensor fed = inner("feed_forward").invoke(inner("feed_forward_norm").invoke(h));
    Tensor y = Ops.add(h, after("feed_forward_post_norm", fed));
    if (!(attended instanceof List<?> l)) {
      return y;
    }
    List<Object> out = new ArrayList<>(l);
    out.set(0, y);
    return out;
  }
}
