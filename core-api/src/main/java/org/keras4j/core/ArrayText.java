package org.keras4j.core;

/** What an array looks like to people. */
final class ArrayText {
  private static final int MOST = 1000;

  private final NDArray array;
  private final StringBuilder out = new StringBuilder();

  private ArrayText(NDArray array) {
    this.array = array;
  }

  /** Dtype, shape and, of up to 1000, the elements in nested brackets. */
  static String of(NDArray array) {
    ArrayText text = new ArrayText(array);
    text.out.append("NDArray(").append(array.dtype()).append(array.shape()).append(", ");
    if (array.size() > MOST) {
      text.out.append("...");
    } else {
      text.print(0, 0, array.size());
    }
    return text.out.append(')').toString();
  }

  private void print(int axis, int from, int count) {
    if (axis == array.rank()) {
      out.append(element(from));
      return;
    }
    out.append('[');
    int n = (int) array.shape().dim(axis);
    for (int i = 0; i < n; i++) {
      if (i > 0) {
        out.append(", ");
      }
      print(axis + 1, from + i * (count / n), count / n);
    }
    out.append(']');
  }

  private String element(int i) {
    DType d = array.dtype();
    if (d == DType.STRING) {
      return '"' + array.getString(i) + '"';
    } else if (d == DType.BOOL) {
      return Boolean.toString(array.getBoolean(i));
    } else if (d == DType.UINT64) {
      return Long.toUnsignedString(array.getLong(i));
    } else if (d.isInteger()) {
      return Long.toString(array.getLong(i));
    } else if (d.isComplex()) {
      double im = array.getImaginary(i);
      return "(" + array.getDouble(i) + (im < 0 ? "" : "+") + im + "j)";
    }
    return d == DType.FLOAT64
        ? Double.toString(array.getDouble(i))
        : Float.toString(array.getFloat(i));
  }
}
