package org.keras4j.hub.gpt2;

import org.keras4j.hub.preset.PresetConfig;
import org.keras4j.hub.weights.WeightLayout;
import org.keras4j.hub.weights.WeightMap;

/** GPT-2 as Hugging Face's library {@code transformers} saves it: its settings, and the names of its weights. */
public final class HuggingFaceGPT2 {
  private HuggingFaceGPT2() {}

  /**
   * The network of settings, with weights of its own.
   *
   * @param file a {@code config.json} whose {@code model_type} is {@code gpt2}
   * @return the network
   * @throws IllegalArgumentException if it asks for what is not known here, naming it
   */
  public static GPT2Backbone backbone(PresetConfig file) {
    file.require("model_type", "gpt2");
    int hidden = file.size("n_embd", 768);
    GPT2Backbone out = new GPT2Backbone(
            file.size("vocab_size", 50_257),
            hidden,
            file.size("n_layer", 12),
            file.size("n_head", 12))
        .intermediateDim(file.size("n_inner", 4 * hidden))
        .maxSequenceLength(file.size("n_positions", 1024))
        .layerNormEpsilon(file.number("layer_norm_epsilon", 1e-5))
        .dropout(file.number("resid_pdrop", 0.1));
    // one number serves all three, as in KerasHub
    file.require("embd_pdrop", file.number("resid_pdrop", 0.1));
    file.require("attn_pdrop", file.number("resid_pdrop", 0.1));
    file.require("activation_function", "gelu_new");
    file.require("scale_attn_weights", true);
    file.require("scale_attn_by_inverse_layer_idx", false);
    file.require("reorder_and_upcast_attn", false);
    file.require("tie_word_embeddings", true);
    file.require("add_cross_attention", false);
    file.require("is_encoder_decoder", false);
    for (String name : new String[] {
      "n_ctx",
      "summary_type",
      "summary_use_proj",
      "summary_activation",
      "summary_proj_to_labels",
      "summary_first_dropout"
    }) {
      file.ignore(name);
    }
    file.done();
    return out;
  }

  /**
   * Where the weights of a {@link GPT2Backbone} lie.
   *
   * @param prefix what stands before their names, {@code transformer.}, or nothing
   * @return the map of the backbone
   */
  public static WeightMap weights(String prefix) {
    String ours = "block_{i}/";
    String theirs = "h.{i}.";
    WeightMap map = WeightMap.empty()
        .weight("token_embedding/embeddings", "wte.weight")
        .weight("position_embedding/embeddings", "wpe.weight")
        .norm("final_norm", "ln_f")
        .norm(ours + "attention_norm", theirs + "ln_1")
        .norm(ours + "feed_forward_norm", theirs + "ln_2");
    String[] parts = {"query", "key", "value"};
    for (int i = 0; i < parts.length; i++) {
      map = map.weight(
              ours + parts[i] + "/kernel",
              theirs + "attn.c_attn.weight",
              WeightLayout.same().part(i, 3, 1).split(1, 2))
          .weight(
              ours + parts[i] + "/bias",
              theirs + "attn.c_attn.bias",
              WeightLayout.same().part(i, 3, 0).split(0, 2));
    }
    return map.weight(
            ours + "attention_output/kernel",
            theirs + "attn.c_proj.weight",
            WeightLayout.same().split(0, 2))
        .weight(ours + "attention_output/bias", theirs + "attn.c_proj.bias")
        .weight(ours + "intermediate/kernel", theirs + "mlp.c_fc.weight")
        .weight(ours + "intermediate/bias", theirs + "mlp.c_fc.bias")
        .weight(ours + "feed_forward_output/kernel", theirs + "mlp.c_proj.weight")
        .weight(ours + "feed_forward_output/bias", theirs + "mlp.c_proj.bias")
        .ignore(theirs + "attn.bias", theirs + "attn.masked_bias")
        .under("", prefix)
        .ignore("lm_head.weight");
  }
}
