package org.keras4j.backend.xla.runtime;

/** The element types of XLA that are used here, with the numbers its C interfaces give them. */
public enum ElementType {
  PRED("i1", 1, 1, 10),
  S8("i8", 1, 2, 6),
  S16("i16", 2, 3, 5),
  S32("i32", 4, 4, 3),
  S64("i64", 8, 5, 9),
  U8("ui8", 1, 6, 4),
  U16("ui16", 2, 7, 17),
  U32("ui32", 4, 8, 22),
  U64("ui64", 8, 9, 23),
  F16("f16", 2, 10, 19),
  F32("f32", 4, 11, 1),
  F64("f64", 8, 12, 2),
  BF16("bf16", 2, 13, 14),
  C64("complex<f32>", 8, 14, 8),
  C128("complex<f64>", 16, 15, 18),
  F8E5M2("f8E5M2", 1, 16, 24),
  F8E4M3FN("f8E4M3FN", 1, 17, 25);

  private static final ElementType[] BY_PJRT = new ElementType[18];

  static {
    for (ElementType t : values()) {
      BY_PJRT[t.pjrt] = t;
    }
  }

  private final String mlir;
  private final int size;
  private final int pjrt;
  private final int tensorflow;

  ElementType(String mlir, int size, int pjrt, int tensorflow) {
    this.mlir = mlir;
    this.size = size;
    this.pjrt = pjrt;
    this.tensorflow = tensorflow;
  }

  /** Its name in program text. */
  public String mlir() {
    return mlir;
  }

  /** Bytes of one element. */
  public int size() {
    return size;
  }

  /** Its number in PJRT. */
  public int pjrt() {
    return pjrt;
  }

  /** Its number in TensorFlow. */
  public int tensorflow() {
    return tensorflow;
  }

  /**
   * The type of a PJRT number.
   *
   * @throws XlaException if it is none of these
   */
  public static ElementType ofPjrt(int number) {
    ElementType t = number > 0 && number < BY_PJRT.length ? BY_PJRT[number] : null;
    if (t == null) {
      throw new XlaException(
          XlaException.Code.UNIMPLEMENTED, "Element type " + number + " of PJRT is not known here");
    }
    return t;
  }

  public boolean isFloat() {
    return switch (this) {
      case F16, F32, F64, BF16, F8E5M2, F8E4M3FN -> true;
      default -> false;
    };
  }

  public boolean isComplex() {
    return this == C64 || this == C128;
  }

  public boolean isUnsigned() {
    return switch (this) {
      case U8, U16, U32, U64 -> true;
      default -> false;
    };
  }

  public boolean isSigned() {
    return switch (this) {
      case S8, S16, S32, S64 -> true;
      default -> false;
    };
  }

  public boolean isInteger() {
    return isSigned() || isUnsigned();
  }

  /** The type of the parts of a complex one; any other is its own. */
  public ElementType real() {
    return this == C64 ? F32 : this == C128 ? F64 : this;
  }
}
