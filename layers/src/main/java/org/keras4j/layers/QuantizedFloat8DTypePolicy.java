package org.keras4j.layers;

import java.util.Map;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The policy of a layer whose products are of floats of eight bits, in training too ({@code
 * keras.dtype_policies.QuantizedFloat8DTypePolicy}).
 *
 * <pre>{@code
 * DTypePolicy policy = new QuantizedFloat8DTypePolicy(new DTypePolicy("mixed_bfloat16"), 1024);
 * }</pre>
 */
@KerasSerializable(
    module = "keras.dtype_policies",
    aliases = {"keras.QuantizedFloat8DTypePolicy"})
public final class QuantizedFloat8DTypePolicy extends QuantizedDTypePolicy {
  /** How many steps the largest magnitudes are remembered unless told otherwise. */
  public static final int DEFAULT_AMAX_HISTORY_LENGTH = 1024;

  private int amaxHistoryLength;

  private QuantizedFloat8DTypePolicy() {
    this(new DTypePolicy("float32"), DEFAULT_AMAX_HISTORY_LENGTH);
  }

  /**
   * On a policy.
   *
   * @param source the policy without quantization, which says in which dtype layers compute
   * @param amaxHistoryLength for how many steps of training the largest magnitudes are remembered, which scales are
   *     made from
   * @throws IllegalArgumentException unless the length is positive
   */
  public QuantizedFloat8DTypePolicy(DTypePolicy source, int amaxHistoryLength) {
    super("float8", source);
    this.amaxHistoryLength = amaxHistoryLength;
    checkLength();
  }

  private void checkLength() {
    if (amaxHistoryLength <= 0) {
      throw new IllegalArgumentException("QuantizedFloat8DTypePolicy: 'amax_history_length' expects"
          + " a positive integer, got " + amaxHistoryLength);
    }
  }

  @Override
  void check(String given) {
    if (!given.equals("float8")) {
      throw new IllegalArgumentException(
          "QuantizedFloat8DTypePolicy: 'mode' expects 'float8', got '" + given + "'");
    }
  }

  /** For how many steps of training the largest magnitudes are remembered. */
  public int amaxHistoryLength() {
    return amaxHistoryLength;
  }

  @Override
  public boolean equals(Object o) {
    return super.equals(o)
        && ((QuantizedFloat8DTypePolicy) o).amaxHistoryLength == amaxHistoryLength;
  }

  @Override
  public int hashCode() {
    return super.hashCode() + amaxHistoryLength;
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("amax_history_length", amaxHistoryLength);
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    super.setConfig(config);
    Object length = config.getOrDefault("amax_history_length", DEFAULT_AMAX_HISTORY_LENGTH);
    if (!(length instanceof Number n) || n.intValue() != n.doubleValue()) {
      throw new IllegalArgumentException(
          "QuantizedFloat8DTypePolicy: 'amax_history_length' expects an integer, got " + length);
    }
    amaxHistoryLength = n.intValue();
    checkLength();
  }
}
