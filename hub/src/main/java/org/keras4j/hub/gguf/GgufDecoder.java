package org.keras4j.hub.gguf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.hub.decoder.ApproximateGELU;
import org.keras4j.hub.decoder.DecoderConfig;
import org.keras4j.hub.decoder.RotaryScaling;
import org.keras4j.hub.weights.WeightSource;

/** Decoders as llama.cpp has them in its files: their settings, and their weights under the names of Hugging Face. */
public final class GgufDecoder {
  /** What {@code general.architecture} may be; Mistral is a llama there. */
  public static final Set<String> ARCHITECTURES =
      Set.of("llama", "qwen2", "qwen3", "qwen3moe", "gemma3");

  private static final int GEMMA_PATTERN = 6;
  private static final List<String> MATRICES =
      List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down");
  private static final String TABLE = "token_embd.weight";
  private static final String LOGITS = "output.weight";

  private final Gguf file;
  private final String architecture;

  private GgufDecoder(Gguf file) {
    this.file = file;
    this.architecture = String.valueOf(file.settings().get("general.architecture"));
    if (!ARCHITECTURES.contains(architecture)) {
      throw new IllegalArgumentException(file + ": 'general.architecture' expects one of "
          + new TreeSet<>(ARCHITECTURES) + ", got " + architecture);
    }
  }

  /**
   * The settings of a decoder.
   *
   * @param file of one of {@link #ARCHITECTURES}
   * @return the settings
   * @throws IllegalArgumentException if it asks for what is not known here, or lacks a setting
   */
  public static DecoderConfig config(Gguf file) {
    return new GgufDecoder(file).read();
  }

  /**
   * The weights of a decoder under the names that Hugging Face gives them, {@code model.layers.0.mlp.up_proj.weight}, and as they
   * lie there.
   *
   * @param file of one of {@link #ARCHITECTURES}
   * @return its weights, read when they are asked for; closing it closes the file
   */
  public static WeightSource weights(Gguf file) {
    return weights(file, config(file));
  }

  /**
   * {@link #weights(Gguf)} of a decoder with packed matrices: each of these is two arrays, {@code
   * model.layers.0.mlp.up_proj.packed} and {@code model.layers.0.mlp.up_proj.scales}.
   *
   * @param file of one of {@link #ARCHITECTURES}
   * @param config what {@link #packed(Gguf)} or {@link #config(Gguf)} gave for it
   * @return its weights, read when they are asked for; closing it closes the file
   */
  public static WeightSource weights(Gguf file, DecoderConfig config) {
    GgufDecoder d = new GgufDecoder(file);
    Set<String> packed = new HashSet<>(config.isPacked() ? d.matrices() : List.of());
    packed.removeIf(n -> d.planes(n) == 0);
    boolean pairs = d.architecture.equals("llama");
    int heads = d.integer("attention.head_count", null);
    return new GgufWeights(
        file,
        pairs ? heads : 0,
        pairs ? d.integer("attention.head_count_kv", heads) : 0,
        d.architecture.equals("gemma3"),
        packed);
  }

  /**
   * The settings of a decoder whose matrices stay packed where they can: those of Q8_0, Q4_0 and Q4_K.
   *
   * @param file of one of {@link #ARCHITECTURES}
   * @return the settings
   * @throws IllegalArgumentException if it asks for what is not known here, or lacks a setting
   */
  public static DecoderConfig packed(Gguf file) {
    GgufDecoder d = new GgufDecoder(file);
    return d.read().packedPlanes(d.matrices().stream().mapToInt(d::planes).toArray());
  }

  // in the order of DecoderConfig.packedPlanes
  private List<String> matrices() {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < integer("block_count", null); i++) {
      for (String part : MATRICES) {
        out.add("blk." + i + "." + part + ".weight");
      }
    }
    out.add(TABLE);
    out.add(LOGITS);
    return out;
  }

  private int planes(String matrix) {
    boolean tables = matrix.equals(TABLE) || matrix.equals(LOGITS);
    if (tables && file.names().contains(LOGITS)) {
      // one layer has both
      return PackedRows.serves(file, TABLE) && PackedRows.serves(file, LOGITS)
          ? file.type(matrix).planes()
          : 0;
    }
    return file.names().contains(matrix) && PackedRows.serves(file, matrix)
        ? file.type(matrix).planes()
        : 0;
  }

  private @Nullable Object get(String name) {
    return file.settings().get(architecture + "." + name);
  }

  private int integer(String name, @Nullable Integer otherwise) {
    Object v = get(name);
    if (v instanceof Long l && l == l.intValue()) {
      return l.intValue();
    }
    if (v == null && otherwise != null) {
      return otherwise;
    }
    throw new IllegalArgumentException(
        file + ": '" + architecture + "." + name + "' expects an integer, got " + v);
  }

  private double number(String name, double otherwise) {
    Object v = get(name);
    if (v == null || v instanceof Number) {
      return v == null ? otherwise : ((Number) v).doubleValue();
    }
    throw new IllegalArgumentException(
        file + ": '" + architecture + "." + name + "' expects a number, got " + v);
  }

  private DecoderConfig read() {
    boolean gemma = architecture.equals("gemma3");
    int hidden = integer("embedding_length", null);
    int layers = integer("block_count", null);
    int heads = integer("attention.head_count", null);
    DecoderConfig c = new DecoderConfig(
            Math.toIntExact(file.shape("token_embd.weight").dim(0)), hidden, layers, heads)
        .numKeyValueHeads(integer("attention.head_count_kv", heads))
        .headDim(integer("attention.key_length", hidden / heads))
        .intermediateDim(integer("feed_forward_length", null))
        .layerNormEpsilon(number("attention.layer_norm_rms_epsilon", 1e-6))
        .tieEmbeddings(!file.names().contains("output.weight"))
        .queryKeyNorm(file.names().contains("blk.0.attn_q_norm.weight"))
        .projectionBias(file.names().contains("blk.0.attn_q.bias"))
        .outputBias(file.names().contains("blk.0.attn_output.bias"))
        .feedForwardBias(file.names().contains("blk.0.ffn_up.bias"));
    int experts = integer("expert_count", 0);
    if (experts > 0) {
      c.experts(experts, integer("expert_used_count", null))
          .expertDim(integer("expert_feed_forward_length", c.intermediateDim()))
          .denseLayers(IntStream.range(0, layers)
              .filter(i -> !file.names().contains("blk." + i + ".ffn_gate_inp.weight"))
              .toArray());
    }
    c.rotary(rotary(gemma ? 1_000_000 : 10_000, c.headDim()));
    int window = integer("attention.sliding_window", 0);
    if (gemma) {
      c.offsetNorm(true).postNorm(true).scaleEmbeddings(true).activation(new ApproximateGELU());
      c.slidingRotary(RotaryScaling.of(number("rope.freq_base_swa", 10_000)));
      double cap = number("final_logit_softcapping", 0);
      c.logitSoftCap(cap > 0 ? (Double) cap : null);
      // the largest one, of 27B, alone scales by something else than the size of its heads
      c.attentionScale(1 / Math.sqrt(layers == 62 ? (double) hidden / heads : c.headDim()));
      int[] sliding =
          IntStream.range(0, layers).filter(i -> (i + 1) % GEMMA_PATTERN != 0).toArray();
      if (window > 0 && sliding.length > 0) {
        c.slidingWindow(window, sliding);
      }
    } else if (window > 0) {
      c.slidingWindow(window);
    }
    return c;
  }

  private RotaryScaling rotary(double base, int headDim) {
    RotaryScaling r = RotaryScaling.of(number("rope.freq_base", base));
    int turned = integer("rope.dimension_count", headDim);
    if (turned != headDim) {
      throw new IllegalArgumentException(
          file + ": turns " + turned + " numbers of heads of " + headDim + ", expected all");
    }
    if (file.names().contains("rope_freqs.weight")) {
      NDArray divisors = file.read("rope_freqs.weight");
      return r.divided(divisors.toDoubleArray());
    }
    Object type = get("rope.scaling.type");
    double factor = number("rope.scaling.factor", 1);
    if (type == null || type.equals("none")) {
      return r;
    }
    if (type.equals("linear")) {
      return r.linear(factor);
    }
    if (type.equals("yarn")) {
      return r.yarn(factor, 32, 1, integer("rope.scaling.original_context_length", null));
    }
    throw new IllegalArgumentException(file + ": '" + architecture
        + ".rope.scaling.type' expects none, linear or yarn, got " + type);
  }

  /** The tokens that end a text. */
  public static int[] endTokens(Gguf file) {
    Map<String, Object> settings = file.settings();
    return List.of("tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id").stream()
        .map(settings::get)
        .filter(Long.class::isInstance)
        .mapToInt(v -> ((Long) v).intValue())
        .distinct()
        .toArray();
  }

  /** The rows of turned heads in Hugging Face's order: there one half of a head, here pairs. */
  static int[] unpaired(int rows, int heads) {
    int dim = rows / heads;
    int[] order = new int[rows];
    Arrays.setAll(order, i -> {
      int within = i % dim;
      int pair = within % (dim / 2);
      return i - within + 2 * pair + within / (dim / 2);
    });
    return order;
  }
}
