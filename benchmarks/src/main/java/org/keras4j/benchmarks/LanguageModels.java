package org.keras4j.benchmarks;

import java.util.List;
import java.util.stream.IntStream;
import org.keras4j.core.Shape;
import org.keras4j.hub.decoder.DecoderBackbone;
import org.keras4j.hub.decoder.DecoderConfig;
import org.keras4j.hub.decoder.RotaryScaling;
import org.keras4j.hub.generation.CausalLM;
import org.keras4j.ops.grad.RematScope;

/** The decoder of today's language models, with random weights. */
final class LanguageModels {
  private LanguageModels() {}

  /**
   * In the shape of Llama 3.2 1B.
   *
   * @param forgets whether each block runs again for its gradient, so that training holds no more of a block than its input
   */
  static CausalLM decoder(Sizes sizes, boolean forgets) {
    boolean full = sizes.equals(Sizes.FULL);
    DecoderConfig config = new DecoderConfig(
            full ? 128_256 : sizes.vocabulary(),
            full ? 2048 : sizes.width(),
            full ? 16 : sizes.encoders(),
            full ? 32 : 4)
        .numKeyValueHeads(full ? 8 : 2)
        .intermediateDim(full ? 8192 : 2 * sizes.width())
        .layerNormEpsilon(1e-5)
        .rotary(RotaryScaling.of(500_000).llama3(32, 1, 4, 8192))
        .tieEmbeddings(true);
    List<String> blocks =
        IntStream.range(0, config.numLayers()).mapToObj(i -> "block_" + i).toList();
    try (RematScope scope = new RematScope(forgets ? "list_of_layers" : null, 0, blocks)) {
      CausalLM model = new CausalLM(new DecoderBackbone(config));
      model.buildFor(Shape.of(-1, -1));
      return model;
    }
  }

  /** In the shape of Llama 3.1 8B, with a table of its own for logits. */
  static CausalLM largeDecoder(Sizes sizes) {
    boolean full = sizes.equals(Sizes.FULL);
    CausalLM model = new CausalLM(new DecoderBackbone(new DecoderConfig(
            full ? 128_256 : sizes.vocabulary(),
            full ? 4096 : sizes.width(),
            full ? 32 : sizes.encoders(),
            full ? 32 : 4)
        .numKeyValueHeads(full ? 8 : 2)
        .intermediateDim(full ? 14336 : 2 * sizes.width())
        .layerNormEpsilon(1e-5)
        .rotary(RotaryScaling.of(500_000).llama3(8, 1, 4, 8192))
        .tieEmbeddings(false)));
    model.buildFor(Shape.of(-1, -1));
    return model;
  }
}
