package org.keras4j.hub.bert;

import java.util.Set;
import org.keras4j.hub.weights.WeightMap;
import org.keras4j.hub.weights.WeightSource;

/** Where the weights of the family lie in files of Hugging Face. */
final class BertWeights {
  private BertWeights() {}

  /** BERT and RoBERTa, whose layers have the same names. */
  static WeightMap bert() {
    String layer = "encoder.layer.{i}.";
    return WeightMap.empty()
        .weight("token_embedding/embeddings", "embeddings.word_embeddings.weight")
        .weight("position_embedding/embeddings", "embeddings.position_embeddings.weight")
        .weight("segment_embedding/embeddings", "embeddings.token_type_embeddings.weight")
        .norm("embeddings_norm", "embeddings.LayerNorm")
        .attention(
            "layer_{i}_attention",
            layer + "attention.self.query",
            layer + "attention.self.key",
            layer + "attention.self.value",
            layer + "attention.output.dense")
        .norm("layer_{i}_attention_norm", layer + "attention.output.LayerNorm")
        .linear("layer_{i}_intermediate", layer + "intermediate.dense")
        .linear("layer_{i}_output", layer + "output.dense")
        .norm("layer_{i}_output_norm", layer + "output.LayerNorm")
        .linear("pooler", "pooler.dense")
        .ignore(
            "embeddings.position_ids",
            "embeddings.token_type_ids",
            "cls.*",
            "lm_head.*",
            "qa_outputs.*");
  }

  static WeightMap distilBert() {
    String layer = "transformer.layer.{i}.";
    return WeightMap.empty()
        .weight("token_embedding/embeddings", "embeddings.word_embeddings.weight")
        .weight("position_embedding/embeddings", "embeddings.position_embeddings.weight")
        .norm("embeddings_norm", "embeddings.LayerNorm")
        .attention(
            "layer_{i}_attention",
            layer + "attention.q_lin",
            layer + "attention.k_lin",
            layer + "attention.v_lin",
            layer + "attention.out_lin")
        .norm("layer_{i}_attention_norm", layer + "sa_layer_norm")
        .linear("layer_{i}_intermediate", layer + "ffn.lin1")
        .linear("layer_{i}_output", layer + "ffn.lin2")
        .norm("layer_{i}_output_norm", layer + "output_layer_norm")
        .ignore("vocab_transform.*", "vocab_layer_norm.*", "vocab_projector.*", "qa_outputs.*");
  }

  /**
   * The arrays without the name of the encoder before theirs, which files of models with heads have, and with the names that
   * norms have in newer files.
   */
  static WeightSource plain(WeightSource source, String prefix) {
    Set<String> names = source.names();
    boolean inside = names.stream().anyMatch(n -> n.startsWith(prefix));
    return source.renamed(n -> {
      String plain = inside && n.startsWith(prefix) ? n.substring(prefix.length()) : n;
      return plain
          .replaceFirst("LayerNorm\\.gamma$", "LayerNorm.weight")
          .replaceFirst("LayerNorm\\.beta$", "LayerNorm.bias");
    });
  }
}
