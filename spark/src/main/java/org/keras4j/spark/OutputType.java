package org.keras4j.spark;

import java.io.Serializable;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * How an output is a cell: a number where it is one for each sample, else an array, of arrays for each further axis.
 *
 * @param axes of a cell
 * @param dtype of the output
 */
record OutputType(int axes, String dtype) implements Serializable {
  /** Of an output {@code (batch, ...)}. */
  static OutputType of(TensorSpec output) {
    Shape one = output.shape().slice(1);
    boolean number = one.rank() == 0 || (one.rank() == 1 && one.dim(0) == 1);
    return new OutputType(number ? 0 : one.rank(), output.dtype().toString());
  }

  /** The column's type. */
  DataType type() {
    DataType t = element();
    for (int i = 0; i < axes; i++) {
      t = DataTypes.createArrayType(t, false);
    }
    return t;
  }

  private DataType element() {
    DType d = DType.of(dtype);
    if (d == DType.FLOAT64) {
      return DataTypes.DoubleType;
    } else if (d.isFloat()) {
      return DataTypes.FloatType;
    } else if (d == DType.BOOL) {
      return DataTypes.BooleanType;
    } else if (d == DType.STRING) {
      return DataTypes.StringType;
    } else if (d.isComplex()) {
      throw new IllegalArgumentException("Spark has no column of " + dtype);
    }
    return DataTypes.LongType;
  }

  /** The cell of a sample. */
  Object cell(NDArray output, int sample) {
    int size = Math.toIntExact(output.shape().slice(1).size());
    return cell(output, sample * size, output.shape().slice(1), axes);
  }

  private Object cell(NDArray a, int from, Shape shape, int axis) {
    if (axis == 0) {
      return element(a, from);
    }
    int n = (int) shape.dim(0);
    Shape inner = shape.slice(1);
    int size = Math.toIntExact(inner.size());
    Object[] out = new Object[n];
    for (int i = 0; i < n; i++) {
      out[i] = cell(a, from + i * size, inner, axis - 1);
    }
    return out;
  }

  private static Object element(NDArray a, int i) {
    DType d = a.dtype();
    if (d == DType.FLOAT64) {
      return a.getDouble(i);
    } else if (d.isFloat()) {
      return (float) a.getDouble(i);
    } else if (d == DType.BOOL) {
      return a.getBoolean(i);
    } else if (d == DType.STRING) {
      return a.getString(i);
    }
    return a.getLong(i);
  }
}
