package org.keras4j.saving;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.spi.ServingFunction.Weight;

/** The weights that the functions of one file read, each once and under a path of its own. */
final class TracedWeights {
  private final Function<Variable, String> names;
  private final Map<Object, Weight> known = new IdentityHashMap<>();
  private final Set<String> paths = new HashSet<>();

  /**
   * None yet.
   *
   * @param names the path of a variable in the file
   */
  TracedWeights(Function<Variable, String> names) {
    this.names = names;
  }

  /** The weight that a variable becomes. */
  Weight of(Variable v) {
    return known.computeIfAbsent(
        v, k -> new Weight(unique(names.apply(v)), v.eager().toNDArray(), v.isTrainable()));
  }

  /** The weight that a tensor becomes which a function has from outside. */
  Weight constant(Tensor t) {
    return known.computeIfAbsent(t, k -> new Weight(unique("constant"), t.toNDArray(), false));
  }

  private String unique(String path) {
    String p = path;
    for (int i = 1; !paths.add(p); i++) {
      p = path + "_" + i;
    }
    return p;
  }
}
