package org.keras4j.core;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An element type, under the name Keras gives it.
 *
 * <p>The two four-bit types hold one value in each byte on the host. {@link #STRING} lives on the
 * host only.
 */
public enum DType {
  BOOL("bool", 1, Kind.BOOL),
  UINT8("uint8", 1, Kind.UNSIGNED),
  UINT16("uint16", 2, Kind.UNSIGNED),
  UINT32("uint32", 4, Kind.UNSIGNED),
  UINT64("uint64", 8, Kind.UNSIGNED),
  INT8("int8", 1, Kind.SIGNED),
  INT16("int16", 2, Kind.SIGNED),
  INT32("int32", 4, Kind.SIGNED),
  INT64("int64", 8, Kind.SIGNED),
  FLOAT16("float16", 2, Kind.FLOAT),
  BFLOAT16("bfloat16", 2, Kind.FLOAT),
  FLOAT32("float32", 4, Kind.FLOAT),
  FLOAT64("float64", 8, Kind.FLOAT),
  COMPLEX64("complex64", 8, Kind.COMPLEX),
  COMPLEX128("complex128", 16, Kind.COMPLEX),
  INT4("int4", 1, Kind.SIGNED),
  UINT4("uint4", 1, Kind.UNSIGNED),
  FLOAT8_E4M3FN("float8_e4m3fn", 1, Kind.FLOAT),
  FLOAT8_E5M2("float8_e5m2", 1, Kind.FLOAT),
  STRING("string", 0, Kind.STRING);

  private enum Kind {
    BOOL,
    UNSIGNED,
    SIGNED,
    FLOAT,
    COMPLEX,
    STRING
  }

  private static final Map<String, DType> BY_NAME = new HashMap<>();

  static {
    for (DType d : values()) {
      BY_NAME.put(d.keras, d);
    }
    BY_NAME.put("half", FLOAT16);
    BY_NAME.put("float", FLOAT32);
    BY_NAME.put("double", FLOAT64);
    BY_NAME.put("int", INT32);
    BY_NAME.put("str", STRING);
  }

  private final String keras;
  private final int size;
  private final Kind kind;

  DType(String keras, int size, Kind kind) {
    this.keras = keras;
    this.size = size;
    this.kind = kind;
  }

  /** The Keras name, for instance {@code "float32"}. */
  public String kerasName() {
    return keras;
  }

  /** Bytes of one element on the host; 0 for strings. */
  public int size() {
    return size;
  }

  /** Bits of an integer: 4 of the four-bit types, which lie in a byte. */
  public int bits() {
    return this == INT4 || this == UINT4 ? 4 : 8 * size;
  }

  public boolean isBool() {
    return kind == Kind.BOOL;
  }

  /** Whether a signed or unsigned integer; bool is not one. */
  public boolean isInteger() {
    return kind == Kind.SIGNED || kind == Kind.UNSIGNED;
  }

  public boolean isSigned() {
    return kind == Kind.SIGNED;
  }

  public boolean isUnsigned() {
    return kind == Kind.UNSIGNED;
  }

  /** Whether a real floating-point type. */
  public boolean isFloat() {
    return kind == Kind.FLOAT;
  }

  public boolean isComplex() {
    return kind == Kind.COMPLEX;
  }

  /** Whether gradients flow through values of this type. */
  public boolean isDifferentiable() {
    return kind == Kind.FLOAT || kind == Kind.COMPLEX;
  }

  /**
   * The type of a Keras name; {@code "half"}, {@code "float"}, {@code "double"} and {@code "int"}
   * are taken too.
   *
   * @throws IllegalArgumentException if there is no such type
   */
  public static DType of(String name) {
    DType d = BY_NAME.get(name);
    if (d == null) {
      throw new IllegalArgumentException(
          "Unknown dtype '" + name + "', expected one of " + BY_NAME.keySet());
    }
    return d;
  }

  /** A dtype given as such, as its Keras name, or as {@code null}, which stays {@code null}. */
  public static @Nullable DType from(@Nullable Object dtype) {
    if (dtype == null || dtype instanceof DType) {
      return (DType) dtype;
    }
    if (dtype instanceof String s) {
      return of(s);
    }
    throw new IllegalArgumentException("Expected a dtype or its name, got " + dtype);
  }

  /**
   * A dtype given as such or as its Keras name.
   *
   * @param otherwise what {@code null} stands for
   * @return the dtype
   * @throws IllegalArgumentException if it is something else, or there is no dtype of the name
   */
  public static DType from(@Nullable Object dtype, DType otherwise) {
    DType given = from(dtype);
    return given == null ? otherwise : given;
  }

  @Override
  public String toString() {
    return keras;
  }
}
