package org.keras4j.core;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.context.Context;

/**
 * Takes over, for the current thread, what reading and assigning a {@link Variable} means: a trace
 * turns them into inputs and outputs of its graph, a stateless call into a map. The innermost scope
 * that answers wins; one that does not, passes the question to the scope around it.
 */
public abstract class VariableScope implements AutoCloseable {
  private static final Context.Key<VariableScope> CURRENT = Context.Key.ofThread("variable scope");

  private final Context.Place<VariableScope> place;
  private final @Nullable VariableScope outer;

  protected VariableScope() {
    place = CURRENT.open(this);
    outer = place.outer();
  }

  /** The innermost scope of this thread, or null. */
  public static @Nullable VariableScope current() {
    VariableScope s = CURRENT.get();
    return s instanceof Suspension ? null : s;
  }

  /** The innermost scope of a kind that is in force, or null. */
  public static <S extends VariableScope> @Nullable S find(Class<S> kind) {
    for (VariableScope s = CURRENT.get(); s != null && !(s instanceof Suspension); s = s.outer) {
      if (kind.isInstance(s)) {
        return kind.cast(s);
      }
    }
    return null;
  }

  /** The nearest scope of a kind around this one, or null. */
  protected final <S extends VariableScope> @Nullable S outerOfKind(Class<S> kind) {
    for (VariableScope s = outer; s != null && !(s instanceof Suspension); s = s.outer) {
      if (kind.isInstance(s)) {
        return kind.cast(s);
      }
    }
    return null;
  }

  /** Until closed, reads and assignments are eager again. */
  public static VariableScope suspend() {
    return new Suspension();
  }

  /** The value of the variable here, or null if this scope and those around leave it alone. */
  public @Nullable Tensor read(Variable v) {
    return outer == null ? null : outer.read(v);
  }

  /** Takes the assignment; false if this scope and those around leave it alone. */
  public boolean assign(Variable v, Tensor value) {
    return outer != null && outer.assign(v, value);
  }

  @Override
  public void close() {
    place.close();
  }

  private static final class Suspension extends VariableScope {
    @Override
    public @Nullable Tensor read(Variable v) {
      return null;
    }

    @Override
    public boolean assign(Variable v, Tensor value) {
      return false;
    }
  }
}
