package org.keras4j.layers.preprocessing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.HostKernel;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;

/** How layers that work on the host take their inputs: strings and integers, as arrays, lists or tensors. */
final class HostValues {
  private HostValues() {}

  /**
   * Maps an input on the host. A traced tensor's values come later, when the graph runs.
   *
   * @param name for the graph
   * @param shape of the result, for an input of this shape
   * @param dtype of the result
   * @param kernel the same as data, for when the graph is exported; gives null if it cannot be said so
   */
  static Object map(
      String name,
      Object input,
      UnaryOperator<Shape> shape,
      DType dtype,
      UnaryOperator<NDArray> f,
      Supplier<@Nullable HostKernel> kernel) {
    Shape known = input instanceof Tensor t ? shape.apply(t.shape()) : Shape.SCALAR;
    return map(name, List.of(input), known, dtype, in -> f.apply(in.get(0)), kernel);
  }

  /**
   * Maps several inputs on the host.
   *
   * @param shape of the result, should one of the inputs be a traced tensor
   */
  static Object map(
      String name,
      List<?> inputs,
      Shape shape,
      DType dtype,
      Function<List<NDArray>, NDArray> f,
      Supplier<@Nullable HostKernel> kernel) {
    List<Tensor> traced = new ArrayList<>();
    // null for those that are traced
    List<@Nullable NDArray> known = new ArrayList<>();
    for (Object x : inputs) {
      boolean later = x instanceof Tensor && !(x instanceof EagerTensor);
      if (later) {
        traced.add((Tensor) x);
      }
      known.add(later ? null : array(Objects.requireNonNull(x)));
    }
    if (traced.isEmpty()) {
      NDArray out = f.apply(known);
      return out.dtype() == DType.STRING ? out : ArrayLike.tensor(out);
    }
    HostCall.HostFunction body = new HostCall.HostFunction() {
      @Override
      public List<NDArray> call(List<NDArray> given) {
        Iterator<NDArray> next = given.iterator();
        List<NDArray> all = new ArrayList<>();
        known.forEach(a -> all.add(a != null ? a : next.next()));
        return List.of(f.apply(all));
      }

      @Override
      public @Nullable HostKernel kernel() {
        return traced.size() == known.size() ? kernel.get() : null;
      }
    };
    HostCall call = new HostCall(name, List.of(new TensorSpec(shape, dtype)), body);
    return Engine.bind(call, traced).get(0);
  }

  /** The values of an array, list, string, number or eager tensor. */
  static NDArray array(Object input) {
    if (input instanceof NDArray a) {
      return a;
    }
    if (input instanceof Tensor t) {
      return t.toNDArray();
    }
    return NDArray.from(input);
  }

  /** The element as a key: a string, or a long. */
  static Object key(NDArray a, int i) {
    return a.dtype() == DType.STRING ? (Object) a.getString(i) : (Object) a.getLong(i);
  }

  /** As TensorFlow writes the element as a string; floats as integers. */
  static String text(NDArray a, int i) {
    if (a.dtype() == DType.STRING) {
      return a.getString(i);
    }
    if (a.dtype().isBool()) {
      return a.getBoolean(i) ? "true" : "false";
    }
    return a.dtype().isUnsigned()
        ? Long.toUnsignedString(a.getLong(i))
        : Long.toString(a.dtype().isFloat() ? (long) a.getDouble(i) : a.getLong(i));
  }

  /** An int64 array of a shape. */
  static NDArray longs(Shape shape, long[] values) {
    return NDArray.of(values).reshape(shape.toArray());
  }

  /** The bucket of a string, keyed by a salt unless that is null. */
  static long bucket(String label, String s, long buckets, long @Nullable [] salt) {
    byte[] b = Utf8.bytes(label, s);
    long h = salt == null ? FarmHash.fingerprint(b) : SipHash.hash(salt[0], salt[1], b);
    return Long.remainderUnsigned(h, buckets);
  }

  /** A salt as it is given to a setting: none, one integer for both words, or two. */
  static @Nullable Object words(long... value) {
    return switch (value.length) {
      case 0 -> null;
      case 1 -> (Object) value[0];
      default -> Arrays.stream(value).boxed().toList();
    };
  }

  /** A salt of a config or setting: null, one integer for both words, or two. */
  static long @Nullable [] salt(String label, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof Number n) {
      return new long[] {n.longValue(), n.longValue()};
    }
    if (value instanceof long[] a && a.length == 2) {
      return a;
    }
    if (value instanceof List<?> l
        && l.size() == 2
        && l.stream().allMatch(Number.class::isInstance)) {
      return l.stream().mapToLong(x -> ((Number) x).longValue()).toArray();
    }
    throw new IllegalArgumentException(label + ": 'salt' expects an integer or two, got " + value);
  }
}
