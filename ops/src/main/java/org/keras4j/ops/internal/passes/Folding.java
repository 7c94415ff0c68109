package org.keras4j.ops.internal.passes;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Compare;
import org.keras4j.core.primitive.UnaryKind;

/**
 * Small literals computed beforehand, where every engine gives the same bits: functions that IEEE 754
 * rounds correctly, and those of 32- and 64-bit integers and bools.
 */
final class Folding {
  /** More elements are left to the engine. */
  static final int MOST = 64;

  private Folding() {}

  private static boolean isWord(DType t) {
    return t == DType.INT32 || t == DType.INT64;
  }

  // where one float operation on doubles, rounded, is the operation on the dtype
  private static boolean isPlain(DType t) {
    return t == DType.FLOAT32 || t == DType.FLOAT64;
  }

  /** The place of an operand's element: its own, or that of its only one. */
  private static int at(NDArray a, int i) {
    return a.size() == 1 ? 0 : i;
  }

  /** Whether operands line up without strides: each has one element, or all of the result's. */
  private static boolean lineUp(TensorSpec out, NDArray... in) {
    for (NDArray a : in) {
      if (a.size() != 1 && !a.shape().equals(out.shape())) {
        return false;
      }
    }
    return true;
  }

  static @Nullable NDArray unary(UnaryKind kind, NDArray x) {
    DType t = x.dtype();
    NDArray y = NDArray.zeros(t, x.shape());
    for (int i = 0; i < x.size(); i++) {
      if (isWord(t) && kind == UnaryKind.NEG) {
        y.setLong(i, -x.getLong(i));
      } else if (t.isBool() && kind == UnaryKind.NOT) {
        y.setLong(i, x.getBoolean(i) ? 0 : 1);
      } else if (isPlain(t) && kind == UnaryKind.NEG) {
        y.setDouble(i, -x.getDouble(i));
      } else if (isPlain(t) && kind == UnaryKind.ABS) {
        y.setDouble(i, Math.abs(x.getDouble(i)));
      } else if (isPlain(t) && kind == UnaryKind.SQRT) {
        y.setDouble(i, Math.sqrt(x.getDouble(i)));
      } else if (isPlain(t) && kind == UnaryKind.FLOOR) {
        y.setDouble(i, Math.floor(x.getDouble(i)));
      } else {
        return null;
      }
    }
    return y;
  }

  static @Nullable NDArray binary(BinaryKind kind, NDArray a, NDArray b, TensorSpec out) {
    DType t = a.dtype();
    if (!lineUp(out, a, b)) {
      return null;
    }
    NDArray y = NDArray.zeros(out.dtype(), out.shape());
    if (isPlain(t)) {
      DoubleBinaryOperator f = real(kind);
      for (int i = 0; f != null && i < y.size(); i++) {
        y.setDouble(i, f.applyAsDouble(a.getDouble(at(a, i)), b.getDouble(at(b, i))));
      }
      return f == null ? null : y;
    }
    LongBinaryOperator f = isWord(t) ? whole(kind) : t.isBool() ? logical(kind) : null;
    for (int i = 0; f != null && i < y.size(); i++) {
      long v = f.applyAsLong(a.getLong(at(a, i)), b.getLong(at(b, i)));
      y.setLong(i, t == DType.INT32 ? (int) v : v);
    }
    return f == null ? null : y;
  }

  private static @Nullable DoubleBinaryOperator real(BinaryKind kind) {
    return switch (kind) {
      case ADD -> (x, y) -> x + y;
      case SUB -> (x, y) -> x - y;
      case MUL -> (x, y) -> x * y;
      case DIV -> (x, y) -> x / y;
      case MAX -> Math::max;
      case MIN -> Math::min;
      default -> null;
    };
  }

  private static @Nullable LongBinaryOperator whole(BinaryKind kind) {
    return switch (kind) {
      case ADD -> (x, y) -> x + y;
      case SUB -> (x, y) -> x - y;
      case MUL -> (x, y) -> x * y;
      case MAX -> Math::max;
      case MIN -> Math::min;
      case AND -> (x, y) -> x & y;
      case OR -> (x, y) -> x | y;
      case XOR -> (x, y) -> x ^ y;
      default -> null;
    };
  }

  private static @Nullable LongBinaryOperator logical(BinaryKind kind) {
    return switch (kind) {
      case AND, MIN -> (x, y) -> x & y;
      case OR, MAX -> (x, y) -> x | y;
      case XOR -> (x, y) -> x ^ y;
      default -> null;
    };
  }

  static @Nullable NDArray compare(Compare.Direction d, NDArray a, NDArray b, TensorSpec out) {
    DType t = a.dtype();
    if (!lineUp(out, a, b) || !(isPlain(t) || isWord(t))) {
      return null;
    }
    NDArray y = NDArray.zeros(DType.BOOL, out.shape());
    for (int i = 0; i < y.size(); i++) {
      int p = at(a, i);
      int q = at(b, i);
      boolean r;
      if (isPlain(t)) {
        double u = a.getDouble(p);
        double v = b.getDouble(q);
        r = switch (d) {
          case EQ -> u == v;
          case NE -> u != v;
          case LT -> u < v;
          case LE -> u <= v;
          case GT -> u > v;
          case GE -> u >= v;
        };
      } else {
        int c = Long.compare(a.getLong(p), b.getLong(q));
        r = switch (d) {
          case EQ -> c == 0;
          case NE -> c != 0;
          case LT -> c < 0;
          case LE -> c <= 0;
          case GT -> c > 0;
          case GE -> c >= 0;
        };
      }
      y.setLong(i, r ? 1 : 0);
    }
    return y;
  }

  static @Nullable NDArray convert(NDArray x, DType to) {
    DType from = x.dtype();
    boolean fromWhole = isWord(from) || from.isBool();
    if (!(fromWhole || isPlain(from)) || !(isWord(to) || isPlain(to))) {
      return null;
    }
    NDArray y = NDArray.zeros(to, x.shape());
    for (int i = 0; i < x.size(); i++) {
      if (fromWhole) {
        long v = x.getLong(i);
        if (isWord(to)) {
          y.setLong(i, to == DType.INT32 ? (int) v : v);
        } else if (Math.abs(v) <= 1L << 53) {
          y.setDouble(i, v);
        } else {
          return null;
        }
      } else if (isPlain(to)) {
        y.setDouble(i, x.getDouble(i));
      } else if (Math.abs(x.getDouble(i)) < 0x1p31) {
        y.setLong(i, (long) x.getDouble(i));
      } else {
        return null; // out of range: the engine's affair
      }
    }
    return y;
  }

  static @Nullable NDArray select(List<NDArray> in, TensorSpec out) {
    NDArray p = in.get(0);
    NDArray a = in.get(1);
    NDArray b = in.get(2);
    if (!lineUp(out, p, a, b) || !(isPlain(out.dtype()) || isWord(out.dtype()))) {
      return null;
    }
    NDArray y = NDArray.zeros(out.dtype(), out.shape());
    for (int i = 0; i < y.size(); i++) {
      NDArray from = p.getBoolean(at(p, i)) ? a : b;
      if (isPlain(out.dtype())) {
        y.setDouble(i, from.getDouble(at(from, i)));
      } else {
        y.setLong(i, from.getLong(at(from, i)));
      }
    }
    return y;
  }

  static @Nullable NDArray joined(List<NDArray> in, TensorSpec out) {
    if (!isWord(out.dtype()) && !isPlain(out.dtype())) {
      return null;
    }
    NDArray y = NDArray.zeros(out.dtype(), out.shape());
    int k = 0;
    for (NDArray a : in) {
      for (int i = 0; i < a.size(); i++) {
        if (isWord(out.dtype())) {
          y.setLong(k++, a.getLong(i));
        } else {
          y.setDouble(k++, a.getDouble(i));
        }
      }
    }
    return y;
  }
}
