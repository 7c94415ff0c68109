package org.keras4j.layers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The policy of a layer with quantized weights ({@code keras.dtype_policies.QuantizedDTypePolicy}): how they
 * are quantized, and the policy that the layer had before, which still says in which dtype it computes.
 *
 * <pre>{@code
 * DTypePolicy policy = DTypePolicy.get("int8_from_float32");
 * }</pre>
 */
@KerasSerializable(
    module = "keras.dtype_policies",
    aliases = {"keras.QuantizedDTypePolicy"})
public class QuantizedDTypePolicy extends DTypePolicy {
  private String mode;
  private DTypePolicy source;

  protected QuantizedDTypePolicy() {
    this("int8", new DTypePolicy("float32"));
  }

  /**
   * With this mode.
   *
   * @param mode {@code "int8"} or {@code "int4"}
   * @param source the policy without quantization
   * @throws IllegalArgumentException if there is no such mode
   */
  public QuantizedDTypePolicy(String mode, DTypePolicy source) {
    this.mode = mode;
    this.source = source;
    check(mode);
  }

  void check(String given) {
    if (!given.equals("int8") && !given.equals("int4")) {
      throw new IllegalArgumentException(
          "QuantizedDTypePolicy: 'mode' expects 'int8' or 'int4', got '" + given + "'");
    }
  }

  /** The policy of a name of the form {@code "int8_from_float32"}, {@code "int4/64_from_float32"}. */
  static DTypePolicy named(String name) {
    int cut = name.indexOf("_from_");
    if (cut < 0) {
      throw new IllegalArgumentException(
          "A quantized dtype policy has a name like 'int8_from_float32', got '" + name + "'");
    }
    String mode = name.substring(0, cut);
    DTypePolicy source = DTypePolicy.get(name.substring(cut + "_from_".length()));
    if (mode.equals("float8")) {
      return new QuantizedFloat8DTypePolicy(
          source, QuantizedFloat8DTypePolicy.DEFAULT_AMAX_HISTORY_LENGTH);
    }
    if (mode.startsWith("gptq")) {
      return new GPTQDTypePolicy(mode, source);
    } else if (mode.startsWith("awq")) {
      return new AWQDTypePolicy(mode, source);
    }
    return mode.indexOf('/') >= 0
        ? new Int4DTypePolicy(mode, source)
        : new QuantizedDTypePolicy(mode, source);
  }

  /** {@code "int8"}, {@code "int4"}, {@code "float8"}, {@code "gptq"} or {@code "awq"}. */
  @Override
  public final String quantizationMode() {
    int slash = mode.indexOf('/');
    return slash < 0 ? mode : mode.substring(0, slash);
  }

  /** The mode as written, with a block size if there is one. */
  final String mode() {
    return mode;
  }

  @Override
  public String name() {
    return mode + "_from_" + source.name();
  }

  @Override
  public DType computeDtype() {
    return source.computeDtype();
  }

  @Override
  public DType variableDtype() {
    return source.variableDtype();
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("mode", mode);
    out.put("source_name", source.name());
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    mode = String.valueOf(config.get("mode"));
    source = DTypePolicy.get(config.get("source_name"));
    check(mode);
  }
}
