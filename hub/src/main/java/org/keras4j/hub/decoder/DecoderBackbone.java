package org.keras4j.hub.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.hub.layers.PackedReversibleEmbedding;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.ReversibleEmbedding;
import org.keras4j.ops.Ops;

/**
 * The decoder of today's language models: with a {@link DecoderConfig} it is Llama 3 (arXiv:2407.21783), Mistral
 * (arXiv:2310.06825), Qwen 2 and 3 (arXiv:2505.09388) or Gemma 3 (arXiv:2503.19786).
 *
 * <p>Input shape: {@code (batch, time)}, tokens. Output shape: {@code (batch, time, hidden)}. Weights: those of {@code
 * token_embedding}, of each {@link DecoderBlock}, and of {@code final_norm}.
 *
 * <pre>{@code
 * var backbone = new DecoderBackbone(new DecoderConfig(1000, 32, 2, 4).numKeyValueHeads(2));
 * Tensor hidden = backbone.invoke(new int[][] {{1, 2, 3}}); // (1, 3, 32)
 * Tensor logits = backbone.logits(hidden); // (1, 3, 1000)
 * }</pre>
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class DecoderBackbone extends CausalBackbone {
  @Config
  private @Nullable DecoderConfig config;

  private DecoderBackbone() {}

  /**
   * With these settings.
   *
   * @param config the settings, which are not to be changed any more
   */
  public DecoderBackbone(DecoderConfig config) {
    this.config = config;
  }

  /** The settings. */
  public DecoderConfig config() {
    return Objects.requireNonNull(config);
  }

  @Override
  public int vocabularySize() {
    return config().vocabularySize();
  }

  @Override
  public int hiddenDim() {
    return config().hiddenDim();
  }

  @Override
  public int numLayers() {
    return config().numLayers();
  }

  @Override
  public int numKeyValueHeads() {
    return config().numKeyValueHeads();
  }

  @Override
  public int headDim() {
    return config().headDim();
  }

  @Override
  protected void build(Shape input) {
    DecoderConfig c = config();
    Shape hidden = Shape.of(-1, -1, c.hiddenDim());
    Layer table = c.packedTable() > 0
        ? new PackedReversibleEmbedding(c.vocabularySize(), c.hiddenDim(), c.packedTable())
            .reversePlanes(c.isTieEmbeddings() ? 0 : c.packedLogits())
            .logitSoftCap(c.logitSoftCap())
            .name("token_embedding")
            .dtype(dtypePolicy())
        : new ReversibleEmbedding(c.vocabularySize(), c.hiddenDim())
            .tieWeights(c.isTieEmbeddings())
            .logitSoftCap(c.logitSoftCap())
            .name("token_embedding")
            .dtype(dtypePolicy());
    track("token_embedding", table).buildFor(input);
    List<Layer> blocks = new ArrayList<>();
    for (int i = 0; i < c.numLayers(); i++) {
      blocks.add(new DecoderBlock(c, i).name("block_" + i).dtype(dtypePolicy()));
    }
    track("blocks", blocks);
    blocks.forEach(b -> b.buildFor(hidden));
    track("final_norm", DecoderBlock.norm(c, "final_norm", this)).buildFor(hidden);
  }

  private Layer inner(String name) {
    return (Layer)
        Objects.requireNonNull(trackedAttributes().get(name), () -> label() + ": is not built");
  }

  @Override
  protected Tensor embed(Tensor tokens, Tensor positions) {
    Tensor x = inner("token_embedding").invoke(tokens);
    return config().isScaleEmbeddings() ? Ops.multiply(x, Math.sqrt(config().hiddenDim())) : x;
  }

  @Override
  @SuppressWarnings("unchecked") // what build has put there
  protected List<Layer> blocks() {
    return (List<Layer>) Objects.requireNonNull(trackedAttributes().get("blocks"));
  }

  @Override
  protected Tensor normalize(Tensor hidden) {
    return inner("final_norm").invoke(hidden);
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return inner("token_embedding").invoke(hidden, CallArgs.of("reverse", true));
  }
}
