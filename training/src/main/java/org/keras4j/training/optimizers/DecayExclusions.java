package org.keras4j.training.optimizers;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Variable;

/** The variables that weight decay leaves alone. */
final class DecayExclusions {
  private Set<Variable> variables = Set.of();
  private @Nullable Pattern names;

  void set(List<Variable> excluded, List<String> patterns) {
    this.variables = new HashSet<>(excluded);
    this.names = patterns.isEmpty() ? null : Pattern.compile(String.join("|", patterns));
  }

  boolean contains(Variable v) {
    return variables.contains(v) || (names != null && names.matcher(v.name()).find());
  }
}
