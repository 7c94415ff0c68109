package org.keras4j.ops.custom;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.Nest;
import org.keras4j.core.Operation;
import org.keras4j.core.OperationNode;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.spi.Backend;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Blame;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.ProbedSizes;
import org.keras4j.ops.internal.engine.SparseForms;
import org.keras4j.ops.internal.engine.Trace;

/**
 * The way into every public function on tensors. On {@link KerasTensor}s the call is recorded as a node
 * of a Functional model, its result's shape found by tracing the body; otherwise the body just runs.
 */
public final class Op {
  private static final AtomicLong NAMES = new AtomicLong();

  private Op() {}

  /**
   * Calls a function.
   *
   * @param name its canonical Keras name without the leading {@code keras.}, {@code "ops.expand_dims"}
   * @param body computes the result (a tensor, or lists and maps of them) from the arguments, which are
   *     as given, but for symbolic tensors, in whose place stand others
   * @param args the arguments in Keras's order, null for those not given
   */
  public static <R> R call(String name, Function<Args, R> body, @Nullable Object... args) {
    try {
      if (isSymbolic(args)) {
        return record(new Call<>(name, body), args);
      }
      Backend other = elsewhere(args);
      return other == null
          ? body.apply(new Args(name, args))
          : Engine.on(other, () -> body.apply(new Args(name, args)));
    } catch (MemoryLimitException e) {
      throw Failures.inPlaceOf(
          e, new MemoryLimitException(Blame.on(name, String.valueOf(e.getMessage()))));
    } catch (ArithmeticException e) {
      throw Failures.inPlaceOf(
          e,
          new IllegalArgumentException(
              name + ": sizes beyond those that can be counted: " + e.getMessage(), e.getCause()));
    } catch (IllegalArgumentException e) {
      String said = String.valueOf(e.getMessage());
      String named = Blame.on(name, said);
      throw named.equals(said)
          ? e
          : Failures.inPlaceOf(
              e, new IllegalArgumentException(Failures.shortened(named), e.getCause()));
    }
  }

  // the backend of the tensors, if it is not the one in use: numbers among the arguments follow
  // them
  private static @Nullable Backend elsewhere(@Nullable Object[] args) {
    if (Trace.current() != null) {
      return null;
    }
    Backend b = backendOf(args);
    return b == null || b == Engine.backend() ? null : b;
  }

  private static @Nullable Backend backendOf(@Nullable Object[] args) {
    for (Object a : args) {
      if (a instanceof EagerTensor e) {
        return e.backend();
      }
      if (a instanceof SparseTensor s && s.values() instanceof EagerTensor e) {
        return e.backend();
      }
      if (a instanceof Variable v && v.isInitialized()) {
        return v.eager().backend();
      }
      Backend inside = a instanceof List<?> l
          ? backendOf(l.toArray())
          : a instanceof Object[] o ? backendOf(o) : null;
      if (inside != null) {
        return inside;
      }
    }
    return null;
  }

  /** Whether a KerasTensor is among the arguments, nested ones included. */
  public static boolean isSymbolic(@Nullable Object @Nullable ... args) {
    if (args == null) {
      return false;
    }
    for (Object a : args) {
      if (a instanceof KerasTensor
          || (a instanceof List<?> l && isSymbolic(l.toArray()))
          || (a instanceof Object[] o && isSymbolic(o))
          || (a instanceof Map<?, ?> m && isSymbolic(m.values().toArray()))) {
        return true;
      }
    }
    return false;
  }

  @SuppressWarnings("unchecked")
  private static <R> R record(Call<R> call, @Nullable Object[] args) {
    Object structure =
        Objects.requireNonNull(traced(args, placed -> call.run((Object[]) placed)), call::name);
    new OperationNode(call, new ArrayList<>(Arrays.asList(args)), new HashMap<>(), structure);
    return (R) structure;
  }

  /**
   * The result of a call on symbolic arguments, its tensors replaced by fresh {@link KerasTensor}s; the
   * body is traced with placeholders of the arguments' shapes. Where it fails for sizes that are unknown, it is traced for two
   * known ones.
   *
   * @param arguments a nested structure
   * @param body gets the structure with placeholders, and gives a nested structure
   */
  public static @Nullable Object symbolicResult(
      Object arguments, Function<Object, @Nullable Object> body) {
    return ProbedSizes.result(arguments, in -> traced(Objects.requireNonNull(in), body));
  }

  private static @Nullable Object traced(
      Object arguments, Function<Object, @Nullable Object> body) {
    try (Trace t = Trace.root()) {
      Map<Tensor, Tensor> placeholders = new java.util.IdentityHashMap<>();
      Object placed = Nest.map(
          arguments, x -> x instanceof KerasTensor k ? placeholder(t, k, placeholders) : x);
      Object result = body.apply(placed);
      return Nest.map(result, x -> x instanceof Tensor r ? fresh(r) : x);
    }
  }

  private static Tensor placeholder(Trace t, KerasTensor k, Map<Tensor, Tensor> made) {
    Tensor known = made.get(k);
    if (known != null) {
      return known;
    }
    Tensor p = k.isSparse() ? SparseForms.input(t, k.spec()) : t.input(k.spec());
    made.put(k, p);
    if (k.kerasMask() instanceof KerasTensor m) {
      p.setKerasMask(placeholder(t, m, made));
    }
    return p;
  }

  private static KerasTensor fresh(Tensor t) {
    KerasTensor k = new KerasTensor(
        t.spec(), "keras_tensor_" + NAMES.incrementAndGet(), t instanceof SparseTensor);
    if (t.kerasMask() != null) {
      k.setKerasMask(fresh(t.kerasMask()));
    }
    return k;
  }

  /** A function of {@code ops} as a node's operation. */
  public static final class Call<R> implements Operation {
    private final String name;
    private final Function<Args, R> body;

    Call(String name, Function<Args, R> body) {
      this.name = name;
      this.body = body;
    }

    /** The canonical Keras name without {@code keras.}. */
    @Override
    public String name() {
      return name;
    }

    R run(@Nullable Object[] args) {
      return body.apply(new Args(name, args));
    }

    @Override
    public Object invoke(List<Object> args, Map<String, Object> kwargs) {
      return Op.call(name, body, args.toArray());
    }
  }

  /** A call's arguments, with the conversions that functions need. */
  public static final class Args {
    private final String name;
    private final @Nullable Object[] values;

    Args(String name, @Nullable Object[] values) {
      this.name = name;
      this.values = values;
    }

    /** The function's name, for messages. */
    public String name() {
      return name;
    }

    public @Nullable Object get(int i) {
      return values[i];
    }

    /** An argument as a tensor of its own dtype. */
    public Tensor tensor(int i) {
      return tensor(i, null);
    }

    /** An argument as a tensor of a dtype. */
    public Tensor tensor(int i, @Nullable DType dtype) {
      try {
        return ArrayLike.tensor(values[i], dtype);
      } catch (IllegalArgumentException e) {
        throw Failures.in(name + ": argument " + i, e);
      }
    }

    /**
     * An argument that must be given.
     *
     * @throws IllegalArgumentException if it is null
     */
    public Object given(int i) {
      return given(i, Object.class, "a value");
    }

    /**
     * An argument that is a word.
     *
     * @throws IllegalArgumentException if it is null
     */
    public String text(int i) {
      return given(i, String.class, "a word");
    }

    /**
     * An argument that is an int.
     *
     * @throws IllegalArgumentException if it is null
     */
    public int integer(int i) {
      return given(i, Integer.class, "an integer");
    }

    /**
     * An argument that is a double.
     *
     * @throws IllegalArgumentException if it is null
     */
    public double real(int i) {
      return given(i, Double.class, "a number");
    }

    /**
     * An argument that is a number of any class.
     *
     * @throws IllegalArgumentException if it is null
     */
    public Number number(int i) {
      return given(i, Number.class, "a number");
    }

    /**
     * An argument that is a boolean.
     *
     * @throws IllegalArgumentException if it is null
     */
    public boolean flag(int i) {
      return given(i, Boolean.class, "true or false");
    }

    private <T> T given(int i, Class<T> type, String expected) {
      Object value = values[i];
      if (value == null) {
        throw new IllegalArgumentException(
            name + ": argument " + i + ": expected " + expected + ", got null");
      }
      return type.cast(value);
    }

    /** Shape and dtype of an argument. */
    public TensorSpec spec(int i) {
      return ArrayLike.spec(values[i]);
    }

    /** Whether there is an argument at a place, and it is not null. */
    public boolean isGiven(int i) {
      return i < values.length && values[i] != null;
    }
  }
}
