package org.keras4j.onnx.internal.operators;

import java.util.Objects;
import org.keras4j.core.NDArray;

/** Branches whose condition is known when the model is built. */
final class ControlOperators {
  private ControlOperators() {}

  static void add() {
    Operators.put("If", u -> {
      NDArray known = u.in(0).array();
      if (known == null) {
        throw new Unsupported("a condition that is not known when the model is built");
      }
      String branch = known.getBoolean(0) ? "then_branch" : "else_branch";
      return u.run()
          .branch(Objects.requireNonNull(u.node().attributes().get(branch)).asGraph());
    });
  }
}
