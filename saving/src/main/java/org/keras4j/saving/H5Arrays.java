package org.keras4j.saving;

import io.jhdf.api.Dataset;
import java.lang.reflect.Array;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** Host arrays to and from what the HDF5 library handles: Java numbers and nested arrays. */
final class H5Arrays {
  private H5Arrays() {}

  /** Nested Java arrays (a boxed number for a scalar); narrow floats widened, unsigned integers as signed bits. */
  static Object toJava(NDArray a) {
    if (a.rank() == 0) {
      return element(a, 0);
    }
    return nested(a, 0, 0);
  }

  private static Class<?> type(DType d) {
    return switch (d) {
      case FLOAT64 -> double.class;
      case FLOAT32, FLOAT16, BFLOAT16, FLOAT8_E4M3FN, FLOAT8_E5M2 -> float.class;
      case INT8, UINT8, INT4, UINT4, BOOL -> byte.class;
      case INT16, UINT16 -> short.class;
      case INT32, UINT32 -> int.class;
      case INT64, UINT64 -> long.class;
      case COMPLEX64, COMPLEX128, STRING ->
        throw new IllegalArgumentException("Weights of dtype " + d + " cannot be saved as HDF5");
    };
  }

  private static Object element(NDArray a, int i) {
    Class<?> t = type(a.dtype());
    if (t == double.class) {
      return a.getDouble(i);
    } else if (t == float.class) {
      return a.getFloat(i);
    } else if (t == byte.class) {
      return (byte) a.getLong(i);
    } else if (t == short.class) {
      return (short) a.getLong(i);
    } else if (t == int.class) {
      return (int) a.getLong(i);
    }
    return a.getLong(i);
  }

  private static Object nested(NDArray a, int axis, int from) {
    Shape s = a.shape();
    int n = s.intDim(axis);
    if (axis == s.rank() - 1) {
      Object row = Array.newInstance(type(a.dtype()), n);
      if (row instanceof float[] f && a.dtype() == DType.FLOAT32) {
        a.bytes().asFloatBuffer().position(from).get(f);
      } else {
        for (int i = 0; i < n; i++) {
          Array.set(row, i, element(a, from + i));
        }
      }
      return row;
    }
    int stride = (int) s.slice(axis + 1).size();
    int[] dims = new int[s.rank() - axis];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = s.intDim(axis + i);
    }
    Object out = Array.newInstance(type(a.dtype()), dims);
    for (int i = 0; i < n; i++) {
      Array.set(out, i, nested(a, axis + 1, from + i * stride));
    }
    return out;
  }

  /** A dataset's shape, read from its header alone. */
  static Shape shape(Dataset d) {
    int[] dims = d.isScalar() ? new int[0] : d.getDimensions();
    long[] l = new long[dims.length];
    for (int i = 0; i < l.length; i++) {
      l[i] = dims[i];
    }
    return Shape.of(l);
  }

  /** A dataset's numbers in a dtype. */
  static NDArray read(Dataset d, DType dtype) {
    NDArray out = NDArray.zeros(dtype, shape(d));
    if (out.size() == 0) {
      return out;
    }
    Object flat = d.isScalar() ? d.getData() : d.getDataFlat();
    if (flat instanceof float[] f && dtype == DType.FLOAT32) {
      out.bytes().asFloatBuffer().put(f);
      return out;
    }
    if (OpaqueTypes.holdsBits(d, dtype)) {
      for (int i = 0; i < out.size(); i++) {
        long bits = ((Number) (flat.getClass().isArray() ? Array.get(flat, i) : flat)).longValue();
        out.bytes().putShort(2 * i, (short) bits);
      }
      return out;
    }
    for (int i = 0; i < out.size(); i++) {
      Object v = flat.getClass().isArray() ? Array.get(flat, i) : flat;
      if (v instanceof Double || v instanceof Float) {
        out.setDouble(i, ((Number) v).doubleValue());
      } else if (v instanceof Number n) {
        out.setLong(i, n.longValue());
      } else if (v instanceof Boolean b) {
        out.setLong(i, b ? 1 : 0);
      } else {
        throw new IllegalArgumentException("the dataset '" + d.getPath() + "' holds "
            + v.getClass().getSimpleName() + ", not numbers");
      }
    }
    return out;
  }
}
