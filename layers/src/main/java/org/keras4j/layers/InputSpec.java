package org.keras4j.layers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/** What a layer demands of an input, checked before it is built or called ({@code keras.InputSpec}). */
public final class InputSpec {
  private @Nullable Shape shape;
  private @Nullable DType dtype;
  private int ndim = -1;
  private int minNdim = -1;
  private int maxNdim = -1;
  private boolean optional;
  private boolean allowLastAxisSqueeze;
  private @Nullable String name;
  private final Map<Integer, Long> axes = new LinkedHashMap<>();

  public InputSpec shape(Shape value) {
    this.shape = value;
    return this;
  }

  public InputSpec dtype(DType value) {
    this.dtype = value;
    return this;
  }

  /** The exact rank. */
  public InputSpec ndim(int value) {
    this.ndim = value;
    return this;
  }

  public InputSpec minNdim(int value) {
    this.minNdim = value;
    return this;
  }

  public InputSpec maxNdim(int value) {
    this.maxNdim = value;
    return this;
  }

  /** The size of an axis, which may be negative. */
  public InputSpec axis(int axis, long size) {
    if (size >= 0) {
      axes.put(axis, size);
    }
    return this;
  }

  /**
   * The sizes of several axes.
   *
   * @param sizes by axis, which may be negative
   * @return a specification with these too
   */
  public InputSpec axes(Map<Integer, Long> sizes) {
    sizes.forEach(this::axis);
    return this;
  }

  /**
   * Whether a {@link #shape} whose last size is 1 fits inputs without that axis, and the other way round; false unless this is called.
   */
  public InputSpec allowLastAxisSqueeze(boolean value) {
    this.allowLastAxisSqueeze = value;
    return this;
  }

  /** What the input is called in messages. */
  public InputSpec name(@Nullable String value) {
    this.name = value;
    return this;
  }

  public @Nullable String name() {
    return name;
  }

  /** Null is taken too. */
  public InputSpec optional(boolean value) {
    this.optional = value;
    return this;
  }

  public boolean isOptional() {
    return optional;
  }

  /** Null if the input fits, else what was expected. */
  public @Nullable String mismatch(TensorSpec in) {
    String wrong = wrong(in);
    return wrong == null || name == null ? wrong : "input '" + name + "': " + wrong;
  }

  private @Nullable String wrong(TensorSpec in) {
    int rank = in.rank();
    if (ndim >= 0 && rank != ndim) {
      return "expected rank " + ndim + ", got rank " + rank;
    }
    if (minNdim >= 0 && rank < minNdim) {
      return "expected a rank of at least " + minNdim + ", got rank " + rank;
    }
    if (maxNdim >= 0 && rank > maxNdim) {
      return "expected a rank of at most " + maxNdim + ", got rank " + rank;
    }
    if (dtype != null && in.dtype() != dtype) {
      return "expected dtype " + dtype + ", got " + in.dtype();
    }
    for (Map.Entry<Integer, Long> e : axes.entrySet()) {
      int a = e.getKey();
      if (a >= rank || a < -rank) {
        return "expected an axis " + a;
      }
      long d = in.dim(a);
      if (d >= 0 && d != e.getValue()) {
        return a == -1
            ? "expected last dimension " + e.getValue()
            : "expected dimension " + e.getValue() + " at axis " + a;
      }
    }
    if (shape != null && !shape.isCompatible(in.shape()) && !fitsSqueezed(shape, in.shape())) {
      return "expected shape " + shape;
    }
    return null;
  }

  private boolean fitsSqueezed(Shape wanted, Shape given) {
    return allowLastAxisSqueeze && squeezed(wanted).isCompatible(squeezed(given));
  }

  private static Shape squeezed(Shape s) {
    return s.rank() > 0 && s.last() == 1 ? s.without(s.rank() - 1) : s;
  }
}
