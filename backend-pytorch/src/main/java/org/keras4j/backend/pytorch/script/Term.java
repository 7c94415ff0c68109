package org.keras4j.backend.pytorch.script;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * What stands for a value in a program text: the name of a tensor, or a number that every element
 * equals. The tensor may be smaller than the value and broadcast to it, for most operations broadcast by
 * themselves.
 */
public final class Term {
  private final TensorSpec spec;
  private final @Nullable String name;
  private final Shape held;
  private final @Nullable NDArray number;

  private Term(TensorSpec spec, @Nullable String name, Shape held, @Nullable NDArray number) {
    this.spec = spec;
    this.name = name;
    this.held = held;
    this.number = number;
  }

  /** A variable that holds exactly the value. */
  public static Term of(String name, TensorSpec spec) {
    return new Term(spec, name, spec.shape(), null);
  }

  /** A variable of shape {@code held} that broadcasts to the value. */
  public static Term of(String name, TensorSpec spec, Shape held) {
    return new Term(spec, name, held, null);
  }

  /** A value all elements of which are this scalar. */
  public static Term literal(NDArray scalar, TensorSpec spec) {
    return new Term(spec, null, Shape.SCALAR, scalar);
  }

  public TensorSpec spec() {
    return spec;
  }

  public boolean isLiteral() {
    return number != null;
  }

  /** The scalar; only of literals. */
  public NDArray number() {
    if (number == null) {
      throw new IllegalStateException("Not a literal: " + name);
    }
    return number;
  }

  /** The variable; not of literals. */
  public String name() {
    if (name == null) {
      throw new IllegalStateException("A literal has no variable");
    }
    return name;
  }

  /** The shape of what the variable holds. */
  public Shape held() {
    return held;
  }

  public boolean isFull() {
    return number == null && held.equals(spec.shape());
  }

  /** The same under another spec, to whose shape what is held still broadcasts. */
  public Term as(TensorSpec other) {
    return new Term(other, name, held, number);
  }
}
