package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * A value while a graph is run: a tensor, an array that is known on the host, or integers of which some are known and the
 * others are sizes that a tensor has: what shapes are computed with.
 */
public final class Operand {
  private @Nullable Tensor tensor;
  private final @Nullable NDArray array;
  private final @Nullable List<Object> elements;
  private final boolean scalar;

  private Operand(
      @Nullable Tensor tensor,
      @Nullable NDArray array,
      @Nullable List<Object> elements,
      boolean scalar) {
    this.tensor = tensor;
    this.array = array;
    this.elements = elements;
    this.scalar = scalar;
  }

  /** A tensor. */
  public static Operand of(Tensor t) {
    return new Operand(t, null, null, false);
  }

  /** What is known. */
  public static Operand of(NDArray a) {
    return new Operand(null, a, null, false);
  }

  /** Integers, each a Long or an int32 scalar; a vector, or one number. */
  static Operand of(List<Object> elements, boolean scalar) {
    if (elements.stream().allMatch(Long.class::isInstance)) {
      long[] v = elements.stream().mapToLong(e -> (Long) e).toArray();
      return of(scalar ? NDArray.scalar(DType.INT64, v[0]) : NDArray.of(v, v.length));
    }
    return new Operand(null, null, List.copyOf(elements), scalar);
  }

  /** The array, if all of it is known. */
  public @Nullable NDArray array() {
    return array;
  }

  /** The tensor; what is known becomes a literal. */
  public Tensor tensor() {
    if (tensor == null) {
      tensor = array != null ? Engine.constant(array) : joined();
    }
    return tensor;
  }

  private Tensor joined() {
    List<Tensor> parts = new ArrayList<>();
    for (Object e : Objects.requireNonNull(elements)) {
      parts.add(Prims.reshape(Sizes.scalar(e), 1));
    }
    Tensor all = Prims.convert(Prims.concat(parts, 0), DType.INT64);
    return scalar ? Prims.reshape(all, Shape.SCALAR) : all;
  }

  DType dtype() {
    return array != null
        ? array.dtype()
        : elements != null ? DType.INT64 : Objects.requireNonNull(tensor).dtype();
  }

  Shape shape() {
    if (array != null) {
      return array.shape();
    }
    if (elements != null) {
      return scalar ? Shape.SCALAR : Shape.of(elements.size());
    }
    return Objects.requireNonNull(tensor).shape();
  }

  int rank() {
    return shape().rank();
  }

  /** Whether it is a vector or number of integers, of which at least some may be known. */
  boolean isSizes() {
    return elements != null
        || (array != null && array.rank() <= 1 && array.dtype().isInteger() && array.size() <= 64);
  }

  /** The integers of a vector, each a Long or an int32 scalar. */
  List<Object> sizes() {
    if (elements != null) {
      return elements;
    }
    List<Object> out = new ArrayList<>();
    if (array != null) {
      for (int i = 0; i < array.size(); i++) {
        out.add(array.getLong(i));
      }
      return out;
    }
    Tensor all = tensor();
    int n = rank() == 0 ? 1 : all.shape().intDim(0);
    for (int i = 0; i < n; i++) {
      Tensor t = rank() == 0 ? all : Prims.slice(all, 0, i, i + 1);
      out.add(Prims.convert(Prims.reshape(t, Shape.SCALAR), DType.INT32));
    }
    return out;
  }
}
