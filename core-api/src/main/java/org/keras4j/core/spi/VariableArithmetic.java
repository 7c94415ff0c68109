package org.keras4j.core.spi;

import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;

/** Arithmetic for variables, which the module {@code keras4j-ops} provides; not for backends. */
public interface VariableArithmetic {
  /**
   * The value of a variable plus or minus another, in the variable's dtype.
   *
   * @param value a number, array or tensor that broadcasts to the variable's shape
   */
  Tensor changed(Variable v, Object value, boolean plus);
}
