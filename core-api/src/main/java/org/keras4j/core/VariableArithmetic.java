package org.keras4j.core;

import org.apiguardian.api.API;

/** Arithmetic for variables, which the module {@code keras4j-ops} provides; not for backends. */
@API(status = API.Status.INTERNAL, since = "0.1")
public interface VariableArithmetic {
  /**
   * The value of a variable plus or minus another, in the variable's dtype.
   *
   * @param value a number, array or tensor that broadcasts to the variable's shape
   * @return the new value
   */
  Tensor changed(Variable v, Object value, boolean plus);
}
