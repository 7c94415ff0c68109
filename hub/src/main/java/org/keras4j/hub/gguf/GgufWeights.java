package org.keras4j.hub.gguf;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorScope;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.ops.Ops;

/** The arrays of a file of llama.cpp under the names of Hugging Face, and as they lie there. */
final class GgufWeights implements WeightSource {
  private static final Pattern LAYER = Pattern.compile("blk\\.(\\d+)\\.(\\w+)\\.(weight|bias)");
  private static final Map<String, String> WHOLE = Map.of(
      "token_embd.weight", "model.embed_tokens.weight",
      "output_norm.weight", "model.norm.weight",
      "output.weight", "lm_head.weight",
      "rope_freqs.weight", "model.rotary_emb.inv_freq");
  private static final Map<String, String> PARTS = Map.ofEntries(
      Map.entry("attn_norm", "input_layernorm"),
      Map.entry("attn_q", "self_attn.q_proj"),
      Map.entry("attn_k", "self_attn.k_proj"),
      Map.entry("attn_v", "self_attn.v_proj"),
      Map.entry("attn_output", "self_attn.o_proj"),
      Map.entry("attn_q_norm", "self_attn.q_norm"),
      Map.entry("attn_k_norm", "self_attn.k_norm"),
      Map.entry("ffn_norm", "post_attention_layernorm"),
      Map.entry("post_attention_norm", "post_attention_layernorm"),
      Map.entry("post_ffw_norm", "post_feedforward_layernorm"),
      Map.entry("ffn_gate", "mlp.gate_proj"),
      Map.entry("ffn_up", "mlp.up_proj"),
      Map.entry("ffn_down", "mlp.down_proj"),
      Map.entry("ffn_gate_inp", "mlp.gate"),
      Map.entry("ffn_gate_exps", "mlp.experts.gate_proj"),
      Map.entry("ffn_up_exps", "mlp.experts.up_proj"),
      Map.entry("ffn_down_exps", "mlp.experts.down_proj"));

  private static final String PACKED = ".packed";
  private static final String SCALES = ".scales";

  private final Gguf file;
  private final int queryHeads;
  private final int keyHeads;
  private final boolean offset;
  private final Set<String> packed;
  private final Map<String, String> names = new LinkedHashMap<>();

  /**
   * With what differs.
   *
   * @param queryHeads how many heads of queries have their numbers in pairs; 0 for none
   * @param keyHeads likewise of keys
   * @param offset whether one was added to the weights of normalizations
   * @param packed which matrices are two arrays each, integers and scales, by the file's names
   */
  GgufWeights(Gguf file, int queryHeads, int keyHeads, boolean offset, Set<String> packed) {
    this.file = file;
    this.queryHeads = queryHeads;
    this.keyHeads = keyHeads;
    this.offset = offset;
    this.packed = packed;
    for (String name : file.names()) {
      String theirs = theirs(name);
      if (packed.contains(name)) {
        String matrix = theirs.substring(0, theirs.length() - ".weight".length());
        names.put(matrix + PACKED, name);
        names.put(matrix + SCALES, name);
      } else {
        names.put(theirs, name);
      }
    }
  }

  private String theirs(String name) {
    Matcher m = LAYER.matcher(name);
    if (!m.matches()) {
      return WHOLE.getOrDefault(name, name);
    }
    String part = offset && m.group(2).equals("ffn_norm")
        ? "pre_feedforward_layernorm"
        : PARTS.getOrDefault(m.group(2), m.group(2));
    return "model.layers." + m.group(1) + "." + part + "." + m.group(3);
  }

  private String ours(String name) {
    String own = names.get(name);
    if (own == null) {
      throw new IllegalArgumentException(file + " has no array '" + name + "'");
    }
    return own;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(names.keySet());
  }

  @Override
  public Shape shape(String name) {
    String own = ours(name);
    Shape s = file.shape(own);
    if (!packed.contains(own)) {
      return s;
    }
    int planes = file.type(own).planes();
    return name.endsWith(PACKED)
        ? PackedRows.packedShape(s, planes)
        : PackedRows.scalesShape(s, planes);
  }

  @Override
  public DType dtype(String name) {
    String own = ours(name);
    return packed.contains(own) && name.endsWith(PACKED) ? DType.UINT8 : file.dtype(own);
  }

  @Override
  public NDArray read(String name) {
    String own = ours(name);
    int heads = own.contains(".attn_q.") ? queryHeads : own.contains(".attn_k.") ? keyHeads : 0;
    if (packed.contains(own)) {
      int[] order =
          heads == 0 ? new int[0] : GgufDecoder.unpaired(file.shape(own).intDim(0), heads);
      PackedRows rows = new PackedRows(file, own, order);
      return name.endsWith(PACKED) ? rows.packed() : rows.scales();
    }
    NDArray array = file.read(own);
    if (heads > 0) {
      return array.rows(GgufDecoder.unpaired(array.shape().intDim(0), heads));
    }
    if (offset && own.endsWith("norm.weight")) {
      try (TensorScope scope = new TensorScope()) {
        return Ops.subtract(array, 1).toNDArray();
      }
    }
    return array;
  }

  @Override
  public void close() {
    file.close();
  }
}
