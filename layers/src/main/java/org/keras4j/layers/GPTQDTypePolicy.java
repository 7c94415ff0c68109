package org.keras4j.layers;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * The policy of a layer with weights of 2, 3, 4 or 8 bits by GPTQ ({@code keras.dtype_policies.GPTQDTypePolicy}). Its mode
 * is {@code "gptq/<bits>/<size of a group>"}, with -1 for one group each.
 *
 * <pre>{@code
 * DTypePolicy policy = DTypePolicy.get("gptq/4/128_from_float32");
 * }</pre>
 */
@KerasSerializable(module = "keras.dtype_policies")
public final class GPTQDTypePolicy extends CalibratedDTypePolicy {
  private GPTQDTypePolicy() {
    this("gptq/4/128", new DTypePolicy("float32"));
  }

  /**
   * With this mode.
   *
   * @param mode {@code "gptq/4/128"}: bits, and the number of inputs that share a scale
   * @param source the policy of the layer before
   * @throws IllegalArgumentException if it is none of this form
   */
  public GPTQDTypePolicy(String mode, DTypePolicy source) {
    super(mode, source);
  }

  @Override
  String bits() {
    return "[2348]";
  }

  @Override
  String method() {
    return "GPTQ";
  }
}
