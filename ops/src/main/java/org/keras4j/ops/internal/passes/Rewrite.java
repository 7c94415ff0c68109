package org.keras4j.ops.internal.passes;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Value;

/** What may stand in place of a primitive of one result; asked in the order of the methods. */
interface Rewrite {
  /** It is kept as it is. */
  Rewrite NONE = new Rewrite() {};

  /** The input, or input of an input, that the result equals if it is of the result's spec; null if none is known to. */
  default @Nullable Value same(List<Value> in, TensorSpec out) {
    return null;
  }

  /** The result for small literals, with the bits that every engine gives; null if it is left to the engine. */
  default @Nullable NDArray folded(List<NDArray> in, TensorSpec out) {
    return null;
  }

  /** Less work, perhaps on other inputs; null if there is nothing to save. */
  default Simplify.@Nullable Step merged(List<Value> in, TensorSpec out) {
    return null;
  }
}
