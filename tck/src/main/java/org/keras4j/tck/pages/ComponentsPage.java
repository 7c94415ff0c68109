package org.keras4j.tck.pages;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keras4j.tck.pages.KerasClasses.Argument;
import org.keras4j.tck.pages.KerasClasses.KerasClass;

/**
 * The page of layers, losses, metrics, optimizers, callbacks and their kin of the documentation, made from the code and Keras's
 * own list: what each is called here, and by what each of Keras's arguments is given.
 */
public final class ComponentsPage {
  private static final Map<String, String> TITLES = new LinkedHashMap<>();

  static {
    TITLES.put("layers", "Layers");
    TITLES.put("losses", "Losses");
    TITLES.put("metrics", "Metrics");
    TITLES.put("optimizers", "Optimizers");
    TITLES.put("optimizers.schedules", "Learning rate schedules");
    TITLES.put("callbacks", "Callbacks");
    TITLES.put("initializers", "Initializers");
    TITLES.put("regularizers", "Regularizers");
    TITLES.put("constraints", "Constraints");
    TITLES.put("quantizers", "Quantizers");
    TITLES.put("dtype_policies", "Dtype policies");
    TITLES.put("random", "Random numbers");
  }

  private ComponentsPage() {}

  /** The page's text. */
  public static String text() {
    return page();
  }

  private static String page() {
    StringBuilder out = new StringBuilder("""
        # Layers, losses, metrics, optimizers and their kin

        Made from the code and from Keras's own list by `ComponentsPage` of the module `tck`; a test holds it against both. What \
        is written in the constructor is required or most often given; the rest are setters, which chain in any order.
        """);
    for (Map.Entry<String, String> room : TITLES.entrySet()) {
      out.append("\n## ")
          .append(room.getValue())
          .append("\n\n| Keras | Java | constructors | setters |\n|---|---|---|---|\n");
      for (KerasClass k : KerasClasses.all()) {
        if (k.room().equals(room.getKey())) {
          Class<?> c = JavaClasses.find(k.room(), k.name());
          if (c != null) {
            out.append(row(k, c));
          }
        }
      }
    }
    return out.append("\nWhat is not here, or given otherwise: [names](names.md).\n")
        .toString();
  }

  private static String row(KerasClass k, Class<?> c) {
    Settings settings = Settings.of(c);
    List<String> here = new ArrayList<>();
    for (Argument a : k.arguments()) {
      String name = Settings.camel(a.name());
      if (settings.setters().contains(name)) {
        here.add("`" + name + "`");
      }
    }
    String made =
        settings.forms().isEmpty() ? "" : "`" + String.join("` `", sorted(settings.forms())) + "`";
    return "| `" + k.name() + "` | `" + c.getName().replace("org.keras4j.", "") + "` | " + made
        + " | " + String.join(" ", here) + " |\n";
  }

  private static List<String> sorted(Set<String> constructors) {
    return constructors.stream()
        .sorted((a, b) -> a.length() != b.length() ? a.length() - b.length() : a.compareTo(b))
        .toList();
  }
}
