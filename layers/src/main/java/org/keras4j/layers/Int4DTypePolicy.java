package org.keras4j.layers;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * The policy of a layer with weights of four bits in groups ({@code keras.dtype_policies.Int4DTypePolicy}).
 * Its mode is {@code "int4/<size of a group>"}, with -1 for one group each.
 *
 * <pre>{@code
 * DTypePolicy policy = DTypePolicy.get("int4/128_from_float32");
 * }</pre>
 */
@KerasSerializable(
    module = "keras.dtype_policies",
    aliases = {"keras.Int4DTypePolicy"})
public final class Int4DTypePolicy extends QuantizedDTypePolicy {
  private Int4DTypePolicy() {
    this("int4/-1", new DTypePolicy("float32"));
  }

  /**
   * With this mode.
   *
   * @param mode {@code "int4/128"}: the number of weights that share a scale
   * @param source the policy of the layer before
   * @throws IllegalArgumentException if it is not {@code "int4/"} and -1 or a positive integer
   */
  public Int4DTypePolicy(String mode, DTypePolicy source) {
    super(mode, source);
  }

  @Override
  void check(String given) {
    if (!given.matches("int4/(-1|[1-9]\\d{0,8})")) {
      throw new IllegalArgumentException("Int4DTypePolicy: 'mode' expects 'int4/' and the size of a"
          + " group, -1 or a positive integer, got '" + given + "'");
    }
  }

  /** The size of a group; -1 for one group each. */
  public int blockSize() {
    return Integer.parseInt(mode().substring("int4/".length()));
  }
}
