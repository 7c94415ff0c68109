package org.keras4j.tck.pages;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.keras4j.core.primitive.AttributeKey;
import org.keras4j.core.primitive.CompositeName;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.LongList;

/**
 * The page of composites of the documentation, made from {@link Composites}.
 */
public final class CompositesPage {
  private CompositesPage() {}

  /** The page's text. */
  public static String text() {
    StringBuilder b = new StringBuilder("""
        # Composites

        Functions with a name, which a backend may claim and run by a kernel of its own. Each is a constant of
        `org.keras4j.core.primitive.Composites`, its attributes are typed keys there: a claim is registered under `Composites.GELU.name()` and
        reads `attributes.get(Composites.APPROXIMATE)`. The exact meaning stands in the Javadoc of the class with the body, most in
        `org.keras4j.ops.internal.composite`; images are channels last. This page is made from the constants.

        | name | attributes | inputs | outputs | backward part | extras of the forward part |
        |---|---|---|---|---|---|
        """);
    for (CompositeName c : Composites.all()) {
      b.append("| `").append(c.name()).append("` | ");
      b.append(code(c.attributes().stream().map(CompositesPage::attribute).toList()))
          .append(" | ");
      b.append(String.join(" ", c.inputs())).append(" | ");
      b.append(String.join(" ", c.outputs())).append(" | ");
      b.append(c.differentiable() ? "yes" : "").append(" | ");
      b.append(String.join(" ", c.extras())).append(" |\n");
    }
    return b.append("""

        Inputs in brackets are there if an attribute says so. The steps of optimizers have the settings of the optimizer as attributes
        besides, and no gradient.

        The backward part, `..._backward`, gives from inputs, outputs, extras and one cotangent an output one cotangent an input, a scalar 0
        for inputs that are no floats. Where there are extras, the forward part, `..._forward`, gives them after the outputs. A gradient goes
        through kernels where the backend claims both the forward part (the function itself where it has no extras) and the backward part, and
        through the body otherwise.
        """).toString();
  }

  private static String attribute(AttributeKey<?> key) {
    String type = key.type() == Integer.class
        ? "int"
        : key.type() == LongList.class
            ? "ints"
            : key.type().getSimpleName().toLowerCase(Locale.ROOT);
    return key.name() + ": " + type;
  }

  private static String code(List<String> words) {
    return words.stream().map(w -> "`" + w + "`").collect(Collectors.joining(" "));
  }
}
