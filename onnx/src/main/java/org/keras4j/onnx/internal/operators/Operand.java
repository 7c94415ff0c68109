package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * A value while a graph is run: a tensor, an array that is known on the host, or integers of which some are known and the
 * others are sizes that a tensor has: what shapes are computed with.
 */
public final class Operand {
  private static final int SMALL = 64;

  private @Nullable Tensor tensor;
  private @Nullable NDArray array;
  private final boolean literal;
  private @Nullable DType narrow;
  private final @Nullable List<Object> elements;
  private final boolean scalar;

  private Operand(
      @Nullable Tensor tensor,
      @Nullable NDArray array,
      @Nullable List<Object> elements,
      boolean scalar) {
    this.tensor = tensor;
    this.array = array;
    this.literal = array != null;
    this.elements = elements;
    this.scalar = scalar;
  }

  /** A tensor. */
  public static Operand of(Tensor t) {
    return new Operand(t, null, null, false);
  }

  /** What is known. */
  public static Operand of(NDArray a) {
    DType t = a.dtype();
    return t == carrier(t)
        ? new Operand(null, a, null, false)
        : new Operand(null, a.astype(carrier(t)), null, false).as(t);
  }

  /** The dtype whose tensors carry values of another: bytes hold the integers of four bits. */
  public static DType carrier(DType t) {
    return t == DType.INT4 ? DType.INT8 : t == DType.UINT4 ? DType.UINT8 : t;
  }

  /** Numbers as integers of four bits, which keep the lowest four. */
  static Operand narrowed(Tensor t, DType declared) {
    Tensor beyond = Prims.scalar(DType.INT32, 28L);
    Tensor up = Prims.binary(BinaryKind.SHIFT_LEFT, Prims.convert(t, DType.INT32), beyond);
    BinaryKind down =
        declared.isUnsigned() ? BinaryKind.SHIFT_RIGHT_LOGICAL : BinaryKind.SHIFT_RIGHT_ARITHMETIC;
    return of(Prims.convert(Prims.binary(down, up, beyond), carrier(declared))).as(declared);
  }

  /** The same, declared to have a dtype that it is carried for. */
  public Operand as(DType t) {
    narrow = t == carrier(t) ? null : t;
    return this;
  }

  /** The dtype that it is declared to have. */
  DType declared() {
    return narrow == null ? dtype() : narrow;
  }

  /** Integers, each a Long or an int32 scalar; a vector, or one number. */
  static Operand of(List<Object> elements, boolean scalar) {
    if (elements.stream().allMatch(Long.class::isInstance)) {
      long[] v = elements.stream().mapToLong(e -> (Long) e).toArray();
      return of(scalar ? NDArray.scalar(DType.INT64, v[0]) : NDArray.of(v, v.length));
    }
    return new Operand(null, null, List.copyOf(elements), scalar);
  }

  /** The array, if all of it is known: a literal, or what was computed already and is no part of a trace. */
  public @Nullable NDArray array() {
    if (array == null && tensor instanceof EagerTensor e) {
      array = e.toNDArray();
    }
    return array;
  }

  /** The same value for a graph within another, whose literals are its own. */
  Operand apart() {
    if (!literal && elements == null) {
      return this;
    }
    Operand o = new Operand(null, literal ? array : null, elements, scalar);
    o.narrow = narrow;
    return o;
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
    return literal
        ? Objects.requireNonNull(array).dtype()
        : elements != null ? DType.INT64 : Objects.requireNonNull(tensor).dtype();
  }

  Shape shape() {
    if (literal) {
      return Objects.requireNonNull(array).shape();
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
    if (elements != null) {
      return true;
    }
    boolean may = rank() <= 1 && dtype().isInteger() && shape().isKnown();
    return may && shape().size() <= SMALL && array() != null;
  }

  boolean isSmallLiteral() {
    return literal && Objects.requireNonNull(array).size() <= SMALL;
  }

  /** The integers of a vector, each a Long or an int32 scalar. */
  List<Object> sizes() {
    if (elements != null) {
      return elements;
    }
    List<Object> out = new ArrayList<>();
    NDArray known = array();
    if (known != null) {
      for (int i = 0; i < known.size(); i++) {
        out.add(known.getLong(i));
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
