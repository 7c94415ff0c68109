package org.keras4j.layers;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.internal.session.SessionState;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.core.serialization.Registry;

/**
 * Which dtype a layer computes in and which its variables have ({@code keras.DTypePolicy}). A plain dtype
 * name means both; {@code mixed_float16} and {@code mixed_bfloat16} compute narrow on float32 variables.
 *
 * <pre>{@code
 * var layer = new Dense(3).dtype(new DTypePolicy("mixed_bfloat16"));
 * }</pre>
 */
@KerasSerializable(
    module = "keras",
    aliases = {
      "keras.dtype_policies.DTypePolicy",
      "keras.dtype_policies.FloatDTypePolicy",
      "keras.FloatDTypePolicy"
    })
public class DTypePolicy implements Configurable {
  private static volatile @Nullable DTypePolicy global;

  @Config
  private String name;

  static {
    SessionState.onClear(() -> global = null);
  }

  protected DTypePolicy() {
    this.name = "float32";
  }

  /**
   * A policy by name.
   *
   * @param name of a dtype, or {@code "mixed_float16"} or {@code "mixed_bfloat16"}
   * @throws IllegalArgumentException if it is neither a dtype nor a mixed policy
   */
  public DTypePolicy(String name) {
    this.name = name;
    computeDtype();
  }

  /** The policy that layers without one get: {@link #setGlobal} or floatx. */
  public static DTypePolicy global() {
    DTypePolicy g = global;
    return g == null ? floatx() : g;
  }

  static DTypePolicy floatx() {
    return new DTypePolicy(Keras.floatx().kerasName());
  }

  /**
   * Sets the policy that layers without one get ({@code keras.config.set_dtype_policy}).
   *
   * @param policy null for floatx
   */
  public static void setGlobal(@Nullable DTypePolicy policy) {
    global = policy;
  }

  /**
   * {@link #setGlobal(DTypePolicy)} of a dtype.
   *
   * @param dtype the dtype of variables and computations
   */
  public static void setGlobal(DType dtype) {
    setGlobal(get(dtype));
  }

  /**
   * {@link #setGlobal(DTypePolicy)} by name.
   *
   * @param name of a dtype, or {@code "mixed_float16"} or {@code "mixed_bfloat16"}
   * @throws IllegalArgumentException if it is neither a dtype nor a mixed policy
   */
  public static void setGlobal(String name) {
    setGlobal(get(name));
  }

  /** The policy of a dtype, a name or a config; null means the global one. */
  public static DTypePolicy get(@Nullable Object identifier) {
    if (identifier == null) {
      return global();
    }
    if (identifier instanceof DType d) {
      return new DTypePolicy(d.kerasName());
    }
    if (identifier instanceof String s) {
      return s.contains("_from_") ? QuantizedDTypePolicy.named(s) : new DTypePolicy(s);
    }
    return Objects.requireNonNull(
        Registry.resolve("keras.dtype_policies", DTypePolicy.class, identifier));
  }

  public String name() {
    return name;
  }

  /** How weights are quantized, {@code "int8"}, {@code "int4"}, {@code "float8"}, {@code "gptq"} or {@code "awq"}; null if they are not. */
  public @Nullable String quantizationMode() {
    return null;
  }

  /** The dtype of computations. */
  public DType computeDtype() {
    return switch (name) {
      case "mixed_float16" -> DType.FLOAT16;
      case "mixed_bfloat16" -> DType.BFLOAT16;
      default -> DType.of(name);
    };
  }

  /** The dtype of variables. */
  public DType variableDtype() {
    return name.startsWith("mixed_") ? DType.FLOAT32 : DType.of(name);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof DTypePolicy p && p.getClass() == getClass() && p.name().equals(name());
  }

  @Override
  public int hashCode() {
    return name().hashCode();
  }

  @Override
  public String toString() {
    return "<" + getClass().getSimpleName() + " \"" + name() + "\">";
  }
}
