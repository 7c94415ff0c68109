package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.KerasName;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.Take;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.arguments.Literals;
import org.keras4j.ops.internal.arguments.Parts;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.SparseForms;

/** Elements picked by index or condition. Negative indices count from the end. */
public final class IndexingOps {
  private IndexingOps() {}

  /** The indices at which a condition is true: {@link #nonzero}. */
  public static List<Tensor> where(Object condition) {
    return nonzero(condition);
  }

  /**
   * {@code x1} where the condition is true, {@code x2} elsewhere ({@code keras.ops.where}); all three
   * broadcast, the dtypes of the two combine.
   *
   * @throws IllegalArgumentException if one of {@code x1} and {@code x2} is null
   */
  public static Tensor where(Object condition, Object x1, Object x2) {
    return Op.call(
        "ops.where",
        a -> {
          if (!a.isGiven(1) || !a.isGiven(2)) {
            throw new IllegalArgumentException(
                "x1 and x2 must be given both, or neither for the indices"
                    + " at which the condition is true; got "
                    + (a.isGiven(1) ? "x1" : a.isGiven(2) ? "x2" : "neither"));
          }
          Tensor[] t = Dtypes.promoted(a, 1, 2);
          return Prims.select(a.tensor(0, DType.BOOL), t[0], t[1]);
        },
        condition,
        x1,
        x2);
  }

  /** {@link #select(Object, Object, Object)} with 0 where no condition is true. */
  public static Tensor select(Object condlist, Object choicelist) {
    return select(condlist, choicelist, 0);
  }

  /**
   * For each element the choice of the first condition that is true ({@code keras.ops.select}).
   *
   * @param condlist a list of bool tensors
   * @param choicelist as many tensors; all broadcast, their dtypes combine
   * @param otherwise the value where no condition is true
   */
  public static Tensor select(
      Object condlist, Object choicelist, @KerasName("default") Object otherwise) {
    return Op.call(
        "ops.select",
        a -> {
          List<Tensor> conditions = Parts.tensors(a, 0);
          List<?> choices = Parts.parts(a, 1);
          if (conditions.size() != choices.size()) {
            throw new IllegalArgumentException("expected as many choices as conditions, got "
                + choices.size() + " and " + conditions.size());
          }
          List<Object> all = new ArrayList<>(choices);
          all.add(a.get(2));
          DType d = Dtypes.promote(all.toArray());
          Tensor r = a.tensor(2, d);
          for (int i = choices.size() - 1; i >= 0; i--) {
            r = Prims.select(
                Prims.convert(conditions.get(i), DType.BOOL),
                ArrayLike.tensor(choices.get(i), d),
                r);
          }
          return r;
        },
        condlist,
        choicelist,
        otherwise);
  }

  /** The elements at indices into all elements in C order. */
  public static Tensor take(Object x, Object indices) {
    return take(x, indices, null);
  }

  /**
   * Slices along an axis ({@code keras.ops.take}); the axis is replaced by the axes of the indices.
   *
   * @param indices integers; those out of bounds give NaN, or an extreme value of an integer dtype. Sparse ones mean 0 where they
   *     have no entry
   * @param axis null picks of all elements in C order
   */
  public static Tensor take(Object x, Object indices, @Nullable Integer axis) {
    return Op.call(
        "ops.take",
        a -> {
          Tensor t = a.tensor(0);
          int at = a.isGiven(2) ? Axes.one(Axes.integer(a.get(2)), t.rank()) : 0;
          t = a.isGiven(2) ? t : Prims.reshape(t, -1);
          Tensor i = Indices.wrapped(
              Indices.integers(SparseForms.dense(a.tensor(1))), Prims.dimSize(t, at));
          return Engine.bind1(new Take(at, Take.OutOfBounds.FILL), t, i);
        },
        x,
        indices,
        axis);
  }

  /** The elements at indices into all elements in C order. */
  public static Tensor takeAlongAxis(Object x, Object indices) {
    return takeAlongAxis(x, indices, null);
  }

  /**
   * The element of each line along an axis that the index at the same place names ({@code
   * keras.ops.take_along_axis}).
   *
   * @param indices integers of the rank of {@code x}; the other axes broadcast
   * @param axis null takes both in C order
   */
  public static Tensor takeAlongAxis(Object x, Object indices, @Nullable Integer axis) {
    return Op.call(
        "ops.take_along_axis",
        a -> {
          Tensor t = a.tensor(0);
          Tensor i = Indices.integers(a.tensor(1));
          if (!a.isGiven(2)) {
            t = Prims.reshape(t, -1);
            i = Prims.reshape(i, -1);
            return Indices.take(t, i, 0);
          }
          if (t.rank() != i.rank()) {
            throw new IllegalArgumentException(
                "expected indices of rank " + t.rank() + ", got shape " + i.shape());
          }
          return Indices.take(t, i, Axes.one(Axes.integer(a.get(2)), t.rank()));
        },
        x,
        indices,
        axis);
  }

  /**
   * The indices of the elements that are not 0 ({@code keras.ops.nonzero}), a vector for each axis. Its
   * length depends on the values, so it cannot be compiled.
   */
  public static List<Tensor> nonzero(Object x) {
    return Op.call(
        "ops.nonzero",
        a -> {
          Tensor t = a.tensor(0);
          if (t.rank() == 0) {
            throw new IllegalArgumentException("a scalar has no indices, got " + t.spec());
          }
          TensorSpec index = new TensorSpec(Shape.of(Shape.UNKNOWN), DType.INT32);
          return Engine.bind(
              new HostCall(
                  "ops.nonzero",
                  List.copyOf(java.util.Collections.nCopies(t.rank(), index)),
                  in -> nonzeroOf(in.get(0))),
              List.of(t));
        },
        x);
  }

  private static List<NDArray> nonzeroOf(NDArray x) {
    int[][] found = new int[x.rank()][x.size()];
    int n = 0;
    long[] dims = x.shape().toArray();
    for (int i = 0; i < x.size(); i++) {
      if (x.getDouble(i) != 0 || x.getImaginary(i) != 0) {
        long rest = i;
        for (int k = dims.length - 1; k >= 0; k--) {
          found[k][n] = (int) (rest % dims[k]);
          rest /= dims[k];
        }
        n++;
      }
    }
    List<NDArray> out = new ArrayList<>();
    for (int[] f : found) {
      out.add(NDArray.of(Arrays.copyOf(f, n), n));
    }
    return out;
  }

  /**
   * The indices for each axis of a shape that places in C order have ({@code keras.ops.unravel_index}).
   *
   * @param shape a known shape
   */
  public static List<Tensor> unravelIndex(Object indices, Object shape) {
    return Op.call(
        "ops.unravel_index",
        a -> {
          Tensor i = a.tensor(0);
          Shape s = Literals.shape(a.name(), a.given(1));
          Tensor size = Prims.scalar(i.dtype(), s.size());
          Tensor rest = i.dtype().isSigned() ? Indices.wrapped(i, size) : i;
          Tensor[] out = new Tensor[s.rank()];
          for (int k = s.rank() - 1; k >= 0; k--) {
            Tensor d = Prims.scalar(i.dtype(), s.dim(k));
            out[k] = Prims.binary(BinaryKind.REM, rest, d);
            rest = Prims.div(rest, d);
          }
          return List.of(out);
        },
        indices,
        shape);
  }

  /** {@link #getItem(Object, Object)} with several keys. */
  public static Tensor getItem(Object x, Object... keys) {
    return getItem(x, (Object) Arrays.asList(keys));
  }

  /**
   * A part of a tensor, as {@code x[key]} in Python ({@code keras.ops.get_item}).
   *
   * @param key an integer, an {@link org.keras4j.ops.types.Index} (or its constants), a tensor or array of indices, or of bools
   *     (which must hold numbers, and stand for the places where they are true), or a list of these for the
   *     axes from the first on. Several index tensors broadcast and pick element by element, as in NumPy
   */
  public static Tensor getItem(Object x, Object key) {
    return Op.call(
        "ops.get_item",
        a -> {
          List<Object> keys = new ArrayList<>();
          Object k = a.get(1);
          if (k instanceof List<?> l) {
            keys.addAll(l);
          } else {
            keys.add(k);
          }
          return Subscript.of(a.tensor(0), keys);
        },
        x,
        key);
  }
}
