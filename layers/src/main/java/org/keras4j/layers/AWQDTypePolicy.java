package org.keras4j.layers;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * The policy of a layer with weights of four bits by AWQ ({@code keras.dtype_policies.AWQDTypePolicy}). Its mode
 * is {@code "awq/<bits>/<size of a group>"}, with -1 for one group each.
 *
 * <pre>{@code
 * DTypePolicy policy = DTypePolicy.get("awq/4/128_from_float32");
 * }</pre>
 */
@KerasSerializable(module = "keras.dtype_policies")
public final class AWQDTypePolicy extends CalibratedDTypePolicy {
  private AWQDTypePolicy() {
    this("awq/4/128", new DTypePolicy("float32"));
  }

  /**
   * With this mode.
   *
   * @param mode {@code "awq/4/128"}: bits, and the number of inputs that share a scale
   * @param source the policy of the layer before
   * @throws IllegalArgumentException if it is none of this form
   */
  public AWQDTypePolicy(String mode, DTypePolicy source) {
    super(mode, source);
  }

  @Override
  String bits() {
    return "4";
  }

  @Override
  String method() {
    return "AWQ";
  }
}
