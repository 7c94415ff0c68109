package org.keras4j.ops.internal.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.SparseArray;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Compare;
import org.keras4j.core.primitive.Concat;
import org.keras4j.core.primitive.Convert;
import org.keras4j.core.primitive.IntList;

/**
 * What functions of {@code ops} take where Keras takes array-likes: tensors, variables, {@link NDArray}s, {@link SparseArray}s,
 * Java numbers and booleans, (nested) Java arrays, and (nested) lists of any of these.
 */
public final class ArrayLike {
  private ArrayLike() {}

  /** The value as a tensor, of its own dtype; a lone Java number becomes int32 or floatx. */
  public static Tensor tensor(@Nullable Object x) {
    return tensor(x, null);
  }

  /**
   * The value as a tensor of a dtype; null keeps its own.
   *
   * @throws IllegalArgumentException if it is none of what is taken
   */
  public static Tensor tensor(@Nullable Object x, @Nullable DType dtype) {
    if (x instanceof Tensor t) {
      return dtype == null ? t : convert(t, dtype);
    }
    if (x instanceof Variable v) {
      Tensor t = VariableReads.value(v);
      return dtype == null ? t : convert(t, dtype);
    }
    if (x instanceof NDArray a) {
      return constant(a, dtype);
    }
    if (x instanceof SparseArray a) {
      return SparseForms.tensor(dtype == null ? a : a.astype(dtype));
    }
    if (x instanceof Number || x instanceof Boolean) {
      DType d = dtype == null ? Promotion.resultType(x) : dtype;
      return Engine.constant(scalar(x, d));
    }
    if (x instanceof List<?> l && hasTensor(l)) {
      return stack(l, dtype);
    }
    if (x instanceof Object[] o && hasTensor(o)) {
      return stack(List.of(o), dtype);
    }
    if (x != null && (x instanceof List || x.getClass().isArray() || x instanceof String)) {
      NDArray a = NDArray.from(x);
      // Python floats mean floatx
      DType d =
          dtype == null && a.dtype() == DType.FLOAT32 && x instanceof List ? Keras.floatx() : dtype;
      return constant(a, d);
    }
    throw new IllegalArgumentException("Expected a tensor, variable, number or array, got "
        + (x == null ? "null" : x.getClass().getName() + " " + x));
  }

  private static Tensor constant(NDArray a, @Nullable DType dtype) {
    if (a.dtype() == DType.STRING && !Engine.backend().supports(DType.STRING)) {
      throw new IllegalArgumentException("expected numbers, got strings of shape " + a.shape());
    }
    if (dtype == null || dtype == a.dtype()) {
      return Engine.constant(a);
    }
    if (a.dtype() == DType.STRING || dtype == DType.STRING) {
      throw new IllegalArgumentException("Expected " + dtype + ", got " + a.spec());
    }
    return Engine.constant(a.astype(dtype));
  }

  private static NDArray scalar(Object x, DType d) {
    if (x instanceof Boolean b) {
      return NDArray.scalar(d, b ? 1L : 0L);
    }
    Number n = (Number) x;
    return n instanceof Double || n instanceof Float || d.isFloat() || d.isComplex()
        ? NDArray.scalar(d, n.doubleValue())
        : NDArray.scalar(d, n.longValue());
  }

  private static boolean hasTensor(Object nested) {
    for (Object leaf : Nest.flatten(nested)) {
      if (leaf instanceof Tensor || leaf instanceof Variable || leaf instanceof NDArray) {
        return true;
      }
    }
    return false;
  }

  private static Tensor stack(List<?> parts, @Nullable DType dtype) {
    DType d = dtype == null ? Promotion.resultType(Nest.flatten(parts).toArray()) : dtype;
    List<Tensor> rows = new ArrayList<>();
    for (Object p : parts) {
      Tensor t = tensor(p, d);
      rows.add(Engine.bind1(
          new BroadcastInDim(t.shape().insert(0, 1), IntList.range(1, t.rank() + 1)), t));
    }
    return Engine.bind(new Concat(0), rows).get(0);
  }

  /** The tensor with its elements converted; itself if there is nothing to convert. */
  public static Tensor convert(Tensor t, DType to) {
    if (t.dtype() == to) {
      return t;
    }
    if (t instanceof SparseTensor s) {
      return SparseForms.convert(s, to);
    }
    if (to == DType.BOOL) {
      Tensor zero = Engine.constant(NDArray.scalar(t.dtype(), 0.0));
      return Engine.bind1(new Compare(Compare.Direction.NE), t, zero);
    }
    return Engine.bind1(new Convert(to), t);
  }

  /** The numbers of a tensor, if they are known: not those that a graph will compute. */
  public static @Nullable NDArray known(Tensor t) {
    return t instanceof EagerTensor
        ? t.toNDArray()
        : t instanceof TracedTensor g ? g.constant() : null;
  }

  /** Shape and dtype, without making a tensor of it where that can be avoided. */
  public static TensorSpec spec(@Nullable Object x) {
    if (x instanceof Tensor t) {
      return t.spec();
    } else if (x instanceof Variable v) {
      return VariableReads.spec(v);
    } else if (x instanceof NDArray a) {
      return a.spec();
    } else if (x instanceof SparseArray a) {
      return a.spec();
    }
    return tensor(x).spec();
  }
}
