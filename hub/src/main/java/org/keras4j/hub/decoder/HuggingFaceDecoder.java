package org.keras4j.hub.decoder;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.hub.preset.PresetConfig;
import org.keras4j.hub.weights.WeightLayout;
import org.keras4j.hub.weights.WeightMap;
import org.keras4j.layers.activations.ActivationFunction;

/** Decoders as Hugging Face's library {@code transformers} saves them: their settings, and the names of their weights. */
public final class HuggingFaceDecoder {
  /** What {@code model_type} may be. */
  public static final Set<String> TYPES = Set.of(
      "llama",
      "mistral",
      "mixtral",
      "qwen2",
      "qwen3",
      "qwen3_moe",
      "gemma2",
      "gemma3_text",
      "gemma3");

  private HuggingFaceDecoder() {}

  /**
   * The settings of a decoder.
   *
   * @param file a {@code config.json} whose {@code model_type} is one of {@link #TYPES}; of Gemma 3 with images the part for
   *     text
   * @return the settings
   * @throws IllegalArgumentException if it asks for what is not known here, naming it
   */
  public static DecoderConfig config(PresetConfig file) {
    String type = file.text("model_type");
    if (type == null || !TYPES.contains(type)) {
      throw new IllegalArgumentException(
          file + ": 'model_type' expects one of " + new TreeSet<>(TYPES) + ", got " + type);
    }
    PresetConfig inner = file.has("text_config") ? file.inner("text_config") : null;
    PresetConfig c = inner == null ? file : inner;
    boolean gemma = type.startsWith("gemma");
    boolean gemma3 = type.startsWith("gemma3");
    int layers = c.size("num_hidden_layers", gemma ? 26 : 32);
    DecoderConfig out = new DecoderConfig(
            c.size("vocab_size", gemma3 ? 262_208 : gemma ? 256_000 : 32_000),
            c.size("hidden_size", gemma ? 2304 : 4096),
            layers,
            c.size("num_attention_heads", gemma ? 8 : 32))
        .intermediateDim(c.size("intermediate_size", intermediate(type)))
        .layerNormEpsilon(c.number("rms_norm_eps", type.equals("mixtral") ? 1e-5 : 1e-6))
        .tieEmbeddings(file.flag("tie_word_embeddings", c.flag("tie_word_embeddings", gemma)))
        .activation(activation(c, gemma));
    switch (type) {
      case "gemma2", "gemma3", "gemma3_text" -> out.headDim(c.size("head_dim", 256));
      case "qwen3" -> out.headDim(c.size("head_dim", 128));
      default -> {
        if (c.has("head_dim")) {
          out.headDim(c.size("head_dim"));
        }
      }
    }
    int shared = switch (type) {
      case "mistral", "mixtral" -> 8;
      case "qwen3_moe" -> 4;
      case "gemma2", "gemma3", "gemma3_text" -> 4;
      case "qwen2", "qwen3" -> 32;
      default -> out.numQueryHeads();
    };
    out.numKeyValueHeads(c.size("num_key_value_heads", shared));
    boolean bias = c.flag("attention_bias", false);
    boolean inputsOnly = type.equals("qwen2");
    out.projectionBias(bias || inputsOnly).outputBias(bias && !inputsOnly);
    out.feedForwardBias(c.flag("mlp_bias", false));
    out.queryKeyNorm(gemma3 || type.startsWith("qwen3"));
    if (gemma) {
      out.offsetNorm(true).postNorm(true).scaleEmbeddings(true);
      out.attentionScale(Math.pow(c.number("query_pre_attn_scalar", 256), -0.5));
      Double cap = c.number("attn_logit_softcapping");
      if (gemma3 && cap != null) {
        throw new IllegalArgumentException(
            c + ": 'attn_logit_softcapping' expects null of Gemma 3, got " + cap);
      }
      out.attentionSoftCap(gemma3 || c.tells("attn_logit_softcapping") ? cap : (Double) 50.0);
      Double last = c.number("final_logit_softcapping");
      out.logitSoftCap(gemma3 || c.tells("final_logit_softcapping") ? last : (Double) 30.0);
      c.require("use_bidirectional_attention", false);
    }
    experts(c, type, layers, out);
    window(c, type, layers, out);
    rotary(c, gemma3, gemma3 || type.equals("mixtral"), out);
    // what matters in training alone, and for how long texts are
    c.ignore("max_position_embeddings");
    c.require("attention_dropout", 0.0);
    c.require("is_encoder_decoder", false);
    c.done();
    return out;
  }

  // what the library has where a file says nothing
  private static int intermediate(String type) {
    return switch (type) {
      case "gemma2", "gemma3", "gemma3_text" -> 9216;
      case "mistral", "mixtral" -> 14_336;
      case "qwen2", "qwen3" -> 22_016;
      case "qwen3_moe" -> 6144;
      default -> 11_008;
    };
  }

  private static void experts(PresetConfig c, String type, int layers, DecoderConfig out) {
    boolean mixtral = type.equals("mixtral");
    if (!mixtral && !type.equals("qwen3_moe")) {
      return;
    }
    int number =
        c.integer("num_local_experts", mixtral ? 8 : c.integer("num_experts", mixtral ? 8 : 128));
    out.experts(number, c.integer("num_experts_per_tok", mixtral ? 2 : 8));
    if (!mixtral) {
      int step = c.integer("decoder_sparse_step", 1);
      List<Integer> named = c.integers("mlp_only_layers");
      out.expertDim(c.integer("moe_intermediate_size", 768));
      out.normalizeExperts(c.flag("norm_topk_prob", false));
      out.denseLayers(IntStream.range(0, layers)
          .filter(i -> named.contains(i) || (i + 1) % step != 0)
          .toArray());
    }
    // what matters in training alone, where the routers' balance is made a part of the loss
    c.ignore("router_aux_loss_coef");
    c.require("output_router_logits", false);
    c.require("router_jitter_noise", 0.0);
  }

  private static ActivationFunction activation(PresetConfig c, boolean gemma) {
    String name = c.text("hidden_activation");
    String act = c.text("hidden_act");
    String found = name != null ? name : act != null ? act : gemma ? "gelu_pytorch_tanh" : "silu";
    return switch (found) {
      case "silu", "swish" -> ActivationFunction.get("silu");
      case "gelu_pytorch_tanh", "gelu_new", "gelu_fast" -> new ApproximateGELU();
      case "gelu", "relu" -> ActivationFunction.get(found);
      default ->
        throw new IllegalArgumentException(
            c + ": the activation expects silu, gelu, gelu_pytorch_tanh or relu, got " + found);
    };
  }

  private static void window(PresetConfig c, String type, int layers, DecoderConfig out) {
    boolean gemma = type.startsWith("gemma");
    boolean qwen = type.startsWith("qwen");
    boolean used = c.flag("use_sliding_window", !qwen);
    int window = c.integer("sliding_window", gemma ? 4096 : 0);
    List<String> types = c.texts("layer_types");
    int pattern = c.integer(
        "sliding_window_pattern",
        c.integer("_sliding_window_pattern", type.equals("gemma2") ? 2 : 6));
    int from = type.equals("qwen3_moe") ? 0 : c.integer("max_window_layers", 28);
    c.ignore("max_window_layers");
    if (window == 0 || !used && qwen) {
      return;
    }
    IntPredicate slides = types != null
        ? i -> sliding(c, types.get(i))
        : gemma ? i -> (i + 1) % pattern != 0 : qwen ? i -> i >= from : i -> true;
    if (types != null && types.size() != layers) {
      throw new IllegalArgumentException(
          c + ": 'layer_types' expects " + layers + " entries, got " + types.size());
    }
    int[] places = IntStream.range(0, layers).filter(slides).toArray();
    if (places.length > 0) {
      out.slidingWindow(window, places);
    }
  }

  private static boolean sliding(PresetConfig c, String type) {
    if ("sliding_attention".equals(type)) {
      return true;
    }
    if ("full_attention".equals(type)) {
      return false;
    }
    throw new IllegalArgumentException(
        c + ": 'layer_types' expects sliding_attention or full_attention, got " + type);
  }

  // older files have rope_theta and rope_scaling, newer ones rope_parameters
  private static void rotary(PresetConfig c, boolean gemma3, boolean wide, DecoderConfig out) {
    PresetConfig parameters = c.inner("rope_parameters");
    int positions = c.integer("max_position_embeddings", 8192);
    if (parameters != null && parameters.has("full_attention")) {
      out.rotary(scaling(
          Objects.requireNonNull(parameters.inner("full_attention")), 1_000_000, positions));
      PresetConfig sliding = parameters.inner("sliding_attention");
      if (sliding != null) {
        out.slidingRotary(scaling(sliding, 10_000, positions));
      }
      return;
    }
    double theta = c.number("rope_theta", wide ? 1_000_000 : 10_000);
    double local = c.number("rope_local_base_freq", 10_000);
    PresetConfig scaling = parameters == null ? c.inner("rope_scaling") : parameters;
    c.ignore("rope_scaling");
    out.rotary(scaling == null ? RotaryScaling.of(theta) : scaling(scaling, theta, positions));
    if (gemma3) {
      out.slidingRotary(RotaryScaling.of(local));
    }
  }

  private static RotaryScaling scaling(PresetConfig r, double theta, int positions) {
    String type = r.text("rope_type");
    String older = r.text("type");
    String kind = type != null ? type : older != null ? older : "default";
    RotaryScaling out = RotaryScaling.of(r.number("rope_theta", theta));
    double factor = r.number("factor", 1);
    int original = r.integer("original_max_position_embeddings", positions);
    switch (kind) {
      case "default" -> {}
      case "linear" -> out.linear(factor);
      case "llama3" ->
        out.llama3(
            factor, r.number("low_freq_factor", 1), r.number("high_freq_factor", 4), original);
      case "yarn" -> {
        out.yarn(factor, r.number("beta_fast", 32), r.number("beta_slow", 1), original)
            .truncate(r.flag("truncate", true));
        Double amplitude = amplitude(r, factor);
        if (amplitude != null) {
          out.attentionFactor(amplitude);
        }
      }
      default ->
        throw new IllegalArgumentException(
            r + ": 'rope_type' expects default, linear, llama3 or yarn, got " + kind);
    }
    r.require("partial_rotary_factor", 1.0);
    r.done();
    return out;
  }

  private static @Nullable Double amplitude(PresetConfig r, double factor) {
    Double given = r.number("attention_factor");
    Double all = r.number("mscale_all_dim");
    Double one = r.number("mscale");
    if (given != null || all == null || one == null || all == 0 || one == 0) {
      return given;
    }
    return mscale(factor, one) / mscale(factor, all);
  }

  private static double mscale(double factor, double by) {
    return factor <= 1 ? 1 : 0.1 * by * Math.log(factor) + 1;
  }

  /**
   * Where the weights of a {@link DecoderBackbone} lie.
   *
   * @param prefix what stands before the names of layers, {@code model.}
   * @param config of the decoder
   * @return the map of the backbone
   */
  public static WeightMap weights(String prefix, DecoderConfig config) {
    return weights(prefix, config, false);
  }

  private static WeightMap weights(String prefix, DecoderConfig config, boolean mixtral) {
    String ours = "block_{i}/";
    String theirs = "layers.{i}.";
    boolean post = config.isPostNorm();
    WeightMap map = WeightMap.empty()
        .weight("token_embedding/embeddings", "embed_tokens.weight")
        .weight("final_norm/scale", "norm.weight")
        .weight(ours + "attention_norm/scale", theirs + "input_layernorm.weight")
        .attention(
            ours + "attention",
            theirs + "self_attn.q_proj",
            theirs + "self_attn.k_proj",
            theirs + "self_attn.v_proj",
            theirs + "self_attn.o_proj")
        .weight(ours + "attention/query_norm/scale", theirs + "self_attn.q_norm.weight")
        .weight(ours + "attention/key_norm/scale", theirs + "self_attn.k_norm.weight")
        .weight(ours + "attention_post_norm/scale", theirs + "post_attention_layernorm.weight")
        .weight(
            ours + "feed_forward_norm/scale",
            theirs
                + (post ? "pre_feedforward_layernorm.weight" : "post_attention_layernorm.weight"))
        .weight(ours + "feed_forward_post_norm/scale", theirs + "post_feedforward_layernorm.weight")
        .linear(ours + "feed_forward/gate", theirs + "mlp.gate_proj")
        .linear(ours + "feed_forward/up", theirs + "mlp.up_proj")
        .linear(ours + "feed_forward/down", theirs + "mlp.down_proj")
        .ignore("layers.{i}.self_attn.rotary_emb.inv_freq", "rotary_emb.inv_freq");
    if (config.numExperts() > 0) {
      map = experts(map, mixtral);
    }
    if (config.isPacked()) {
      map = packed(map);
    }
    WeightMap all = map.under("", prefix).ignore("*vision_tower.*", "*multi_modal_projector.*");
    return config.isTieEmbeddings()
        ? all.ignore("*lm_head.weight")
        : all.weight(
                "token_embedding/reverse_embeddings", "lm_head.weight", WeightLayout.transposed())
            .weight("token_embedding/reverse_packed", "lm_head.packed")
            .weight("token_embedding/reverse_scales", "lm_head.scales");
  }

  // the names that sources of packed matrices give them
  private static WeightMap packed(WeightMap map) {
    Map<String, String> matrices = new LinkedHashMap<>();
    matrices.put("token_embedding", "embed_tokens");
    String ours = "block_{i}/";
    String theirs = "layers.{i}.";
    matrices.put(ours + "attention/query", theirs + "self_attn.q_proj");
    matrices.put(ours + "attention/key", theirs + "self_attn.k_proj");
    matrices.put(ours + "attention/value", theirs + "self_attn.v_proj");
    matrices.put(ours + "attention/attention_output", theirs + "self_attn.o_proj");
    for (String part : List.of("gate", "up", "down")) {
      matrices.put(ours + "feed_forward/" + part, theirs + "mlp." + part + "_proj");
    }
    WeightMap out = map;
    for (Map.Entry<String, String> e : matrices.entrySet()) {
      for (String part : List.of("/packed", "/scales")) {
        out = out.weight(e.getKey() + part, e.getValue() + part.replace('/', '.'));
      }
    }
    return out;
  }

  /**
   * Where the weights of a {@link DecoderBackbone} lie in files of its type, whose names of experts differ.
   *
   * @param prefix what stands before the names of layers, {@code model.}
   * @param file the {@code config.json} beside them
   * @return the map of the backbone
   * @throws IllegalArgumentException if the file asks for what is not known here
   */
  public static WeightMap weights(String prefix, PresetConfig file) {
    return weights(prefix, config(file), "mixtral".equals(file.text("model_type")));
  }

  private static WeightMap experts(WeightMap map, boolean mixtral) {
    String ours = "block_{i}/feed_forward/";
    String theirs = "layers.{i}." + (mixtral ? "block_sparse_moe." : "mlp.");
    WeightMap out = map.linear(ours + "router", theirs + "gate");
    String[] parts = {"gate", "up", "down"};
    String[] names = mixtral
        ? new String[] {"w1", "w3", "w2"}
        : new String[] {"gate_proj", "up_proj", "down_proj"};
    for (int i = 0; i < parts.length; i++) {
      String whole = theirs + "experts." + names[i] + ".weight";
      out = out.stacked(theirs + "experts.{e}." + names[i] + ".weight", whole)
          .weight(ours + parts[i], whole, WeightLayout.permuted(0, 2, 1));
    }
    return out;
  }
}
