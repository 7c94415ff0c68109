package org.keras4j.core.context;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is in force on a thread, and what a call made there inherits: the scope of names, the compute dtype, the backend of
 * new tensors, custom objects, the phase of training, and so on; one value for each {@link Key}. A context never
 * changes; opening a scope puts another in its place, closing it the one before.
 *
 * <p>Threads that are started within a scope are outside of it. Work that is handed to another thread takes along what is
 * in force where it was handed over by
 *
 * <pre>{@code
 * executor.submit(Context.current().wrap(() -> model.predict(x)));
 * }</pre>
 *
 * <p>Traces, stateless scopes and {@code TensorScope}s are not taken along: what is recorded or freed there belongs to the
 * thread that opened them.
 */
public final class Context {
  private static final Context EMPTY = new Context(new Object[0]);
  private static final ThreadLocal<Context> CURRENT = ThreadLocal.withInitial(() -> EMPTY);

  // grows only; in the order of their indices
  private static volatile Key<?>[] keys = {};

  private final @Nullable Object[] values;

  private Context(@Nullable Object[] values) {
    this.values = values;
  }

  /** What work on another thread would inherit from here. */
  public static Context current() {
    return EMPTY.inheriting(CURRENT.get());
  }

  /**
   * Runs with what is in force in this context, on any thread; what that thread had is in force again afterwards.
   *
   * @throws RuntimeException what the body throws
   */
  public <R extends @Nullable Object> R run(Supplier<R> body) {
    Context before = CURRENT.get();
    Context inside = before.inheriting(this);
    CURRENT.set(inside);
    try {
      return body.get();
    } finally {
      Context now = CURRENT.get();
      CURRENT.set(now == inside ? before : now.inheriting(before));
    }
  }

  /** Likewise. */
  public void run(Runnable body) {
    run(() -> {
      body.run();
      return null;
    });
  }

  /** A task that runs with what is in force in this context. */
  public Runnable wrap(Runnable task) {
    return () -> run(task);
  }

  /** A task that runs with what is in force in this context, and throws what the given one throws. */
  public <R extends @Nullable Object> Callable<R> wrap(Callable<R> task) {
    return () -> run(() -> {
      try {
        return task.call();
      } catch (Exception e) {
        throw Context.<RuntimeException>asIs(e);
      }
    });
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> E asIs(Exception failure) throws E {
    throw (E) failure;
  }

  /** What is in force, by the names of the keys. */
  public Map<String, Object> values() {
    Map<String, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      Object v = values[i];
      if (v != null) {
        out.put(keys[i].name, v);
      }
    }
    return Collections.unmodifiableMap(out);
  }

  @Override
  public String toString() {
    return "Context" + values();
  }

  private @Nullable Object at(int index) {
    return index < values.length ? values[index] : null;
  }

  private Context with(int index, @Nullable Object value) {
    if (at(index) == value) {
      return this;
    }
    @Nullable Object[] v = Arrays.copyOf(values, Math.max(values.length, keys.length));
    v[index] = value;
    return new Context(v);
  }

  /** This one, with what another hands on in place of what it was handed. */
  private Context inheriting(Context other) {
    Key<?>[] all = keys;
    @Nullable Object[] v = new Object[all.length];
    for (int i = 0; i < v.length; i++) {
      v[i] = all[i].inherited ? other.at(i) : at(i);
    }
    return new Context(v);
  }

  /**
   * One of the values of a context; a constant of the class whose setting or scope it is.
   *
   * @param <T> the type of the values
   */
  public static final class Key<T> {
    private final String name;
    private final boolean inherited;
    private final int index;

    private Key(String name, boolean inherited) {
      this.name = name;
      this.inherited = inherited;
      synchronized (Context.class) {
        this.index = keys.length;
        Key<?>[] more = Arrays.copyOf(keys, index + 1);
        more[index] = this;
        keys = more;
      }
    }

    /** A key whose value work on other threads inherits. */
    public static <T> Key<T> inherited(String name) {
      return new Key<>(name, true);
    }

    /** A key whose value stays with the thread that set it. */
    public static <T> Key<T> ofThread(String name) {
      return new Key<>(name, false);
    }

    /** The value in force on this thread, or null. */
    @SuppressWarnings("unchecked")
    public @Nullable T get() {
      @Nullable Object[] v = CURRENT.get().values;
      return index < v.length ? (T) v[index] : null;
    }

    /** Runs with a value; null for none. */
    public <R extends @Nullable Object> R with(@Nullable T value, Supplier<R> body) {
      Context before = CURRENT.get();
      Context inside = before.with(index, value);
      CURRENT.set(inside);
      try {
        return body.get();
      } finally {
        Context now = CURRENT.get();
        CURRENT.set(now == inside ? before : now.with(index, before.at(index)));
      }
    }

    /** Puts a scope in force on this thread until the place that it takes is closed. */
    public Place<T> open(T scope) {
      return new Place<>(this, scope);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * The place of a scope that was opened among those around it.
   *
   * @param <T> the type of the scope
   */
  public static final class Place<T> {
    private final Key<T> key;
    private final T scope;
    private final @Nullable T outer;
    private final Thread thread = Thread.currentThread();

    private Place(Key<T> key, T scope) {
      Context before = CURRENT.get();
      this.key = key;
      this.scope = scope;
      this.outer = key.get();
      CURRENT.set(before.with(key.index, scope));
    }

    /** The scope that was in force before, or null. */
    public @Nullable T outer() {
      return outer;
    }

    /**
     * Puts the scope around in force again.
     *
     * @throws IllegalStateException if another thread opened the scope, or one within it is still open
     */
    public void close() {
      Context now = CURRENT.get();
      if (now.at(key.index) != scope || Thread.currentThread() != thread) {
        throw new IllegalStateException("A " + scope.getClass().getSimpleName()
            + " is closed by the thread that opened it, innermost first");
      }
      CURRENT.set(now.with(key.index, outer));
    }
  }
}
