package org.keras4j.backend.xla.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;

/**
 * Activations of transformers on GPUs, whose gradients begin anew at their argument. What forward and gradient have in common XLA would compute once and keep
 * in memory, where reading and writing it takes longer than computing it again; so it is not let see that.
 */
public final class RecomputedSlopes {
  private static final Set<String> NAMES = Stream.of(Composites.GELU, Composites.SILU)
      .flatMap(c -> Stream.of(c.name(), c.backward()))
      .collect(Collectors.toUnmodifiableSet());

  private RecomputedSlopes() {}

  /** Whether a composite is one of these, or its gradient. */
  public static boolean has(String name) {
    return NAMES.contains(name);
  }

  /** The inputs of a body; of a gradient the argument is another value than that of the forward call. */
  static List<Term> inputs(Hlo h, Composite c, List<Term> in) {
    if (!h.cuda() || !has(c.name()) || !c.name().endsWith("_backward")) {
      return in;
    }
    Term x = in.get(0);
    List<Term> out = new ArrayList<>(in);
    out.set(0, h.line("stablehlo.optimization_barrier", x + " : " + x.type(), x.type()));
    return out;
  }
}
