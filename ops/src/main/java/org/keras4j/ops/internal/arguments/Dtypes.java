package org.keras4j.ops.internal.arguments;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Promotion;

/** The dtype rules that functions share. */
public final class Dtypes {
  /** Python's {@code float} in promotion. */
  public static final Double WEAK_FLOAT = 1.0;

  private Dtypes() {}

  /** What stands for an argument in promotion: a Java number for itself, all else for its dtype. */
  public static Object of(@Nullable Object x) {
    if (x instanceof Number || x instanceof Boolean || x instanceof DType) {
      return x;
    }
    return ArrayLike.spec(x).dtype();
  }

  /** The dtype that arguments combine to. */
  public static DType promote(@Nullable Object... xs) {
    Object[] points = new Object[xs.length];
    for (int i = 0; i < xs.length; i++) {
      points[i] = of(xs[i]);
    }
    return Promotion.resultType(points);
  }

  /** The arguments at the positions as tensors of the dtype they combine to. */
  public static Tensor[] promoted(Op.Args a, int... positions) {
    Object[] points = new Object[positions.length];
    for (int i = 0; i < positions.length; i++) {
      points[i] = of(a.get(positions[i]));
    }
    return promotedTo(a, Promotion.resultType(points), positions);
  }

  /** The arguments at the positions as tensors of the float dtype they combine to. */
  public static Tensor[] promotedFloat(Op.Args a, int... positions) {
    Object[] points = new Object[positions.length + 1];
    points[positions.length] = WEAK_FLOAT;
    for (int i = 0; i < positions.length; i++) {
      points[i] = of(a.get(positions[i]));
    }
    return promotedTo(a, Promotion.resultType(points), positions);
  }

  static Tensor[] promotedTo(Op.Args a, DType dtype, int... positions) {
    Tensor[] out = new Tensor[positions.length];
    for (int i = 0; i < positions.length; i++) {
      out[i] = a.tensor(positions[i], dtype);
    }
    return out;
  }

  /** Integers and bools become floatx; floats and complex numbers stay. */
  public static DType floating(@Nullable Object x) {
    Object d = of(x);
    if (d instanceof DType t && (t.isFloat() || t.isComplex())) {
      return t;
    }
    return Promotion.resultType(d, WEAK_FLOAT);
  }

  /** The dtype of sums and products: small integers and bools widen to 32 bits. */
  public static DType accumulated(DType t) {
    if (t == DType.BOOL || (t.isSigned() && t.size() < 4)) {
      return DType.INT32;
    }
    return t.isUnsigned() && t.size() < 4 ? DType.UINT32 : t;
  }

  /** The dtype that sums of many values are formed in: halves in float32. */
  public static DType wide(DType t) {
    return t.isFloat() && t.size() < 4 ? DType.FLOAT32 : t;
  }

  /** The dtype of the parts of complex numbers; reals keep theirs. */
  public static DType realOf(DType t) {
    return t == DType.COMPLEX64 ? DType.FLOAT32 : t == DType.COMPLEX128 ? DType.FLOAT64 : t;
  }

  /** {@code |x|^2}, a real. */
  public static Tensor squaredModulus(Tensor x) {
    return Prims.square(x.dtype().isComplex() ? Prims.abs(x) : x);
  }

  /** The given dtype, or floatx. */
  public static DType orFloatx(@Nullable Object dtype) {
    DType d = DType.from(dtype);
    return d == null ? Keras.floatx() : d;
  }

  /** Integers and bools as floatx, any other tensor as it is. */
  public static Tensor asFloat(Tensor x) {
    DType t = x.dtype();
    return t.isFloat() || t.isComplex() ? x : Prims.convert(x, Promotion.resultType(t, 0.0));
  }

  /** The tensors, converted to the float dtype that they combine to. */
  public static List<Tensor> common(Tensor... tensors) {
    Object[] types = new Object[tensors.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = asFloat(tensors[i]).dtype();
    }
    DType t = Promotion.resultType(types);
    List<Tensor> out = new ArrayList<>();
    for (Tensor x : tensors) {
      out.add(Prims.convert(x, t));
    }
    return out;
  }
}
