package org.keras4j.core;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * While open, this thread's variables have the values given here, and assignments change these values
 * only ({@code keras.StatelessScope}).
 */
public final class StatelessScope extends VariableScope {
  private final Map<Variable, Tensor> values;

  /** Starts with these values; variables not among them keep their own until assigned. */
  public StatelessScope(Map<Variable, ? extends Tensor> values) {
    this.values = new LinkedHashMap<>(values);
  }

  @Override
  public @Nullable Tensor read(Variable v) {
    Tensor t = values.get(v);
    return t != null ? t : super.read(v);
  }

  @Override
  public boolean assign(Variable v, Tensor value) {
    values.put(v, value);
    return true;
  }

  /** The variable's value in this scope: given, assigned, or else its own. */
  public Tensor value(Variable v) {
    Tensor t = values.get(v);
    return t != null ? t : v.value();
  }
}
