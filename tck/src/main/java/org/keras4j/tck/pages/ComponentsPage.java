package org.keras4j.tck.pages;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.layers.Layer;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.tck.pages.KerasClasses.Argument;
import org.keras4j.tck.pages.KerasClasses.KerasClass;
import org.keras4j.training.Trainer;

/**
 * The page of layers, losses, metrics, optimizers, callbacks and their kin of the documentation, made from the code and Keras's
 * own list: what each is called here, and by what each of Keras's arguments is given.
 *
 * <pre>{@code
 * java ... org.keras4j.tck.pages.ComponentsPage docs/components.md
 * }</pre>
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

  private final Map<String, List<Class<?>>> ours =
      PublicClasses.of(Keras.class, Ops.class, Layer.class, Trainer.class, Model.class);
  private final Map<String, String> lacking = new TreeMap<>();
  private final Map<String, String> absent = new TreeMap<>();

  private ComponentsPage() {}

  /** Writes the page. */
  public static void main(String[] args) throws IOException {
    AtomicFile.writeString(Path.of(args[0]), text());
  }

  /** The page's text. */
  public static String text() {
    return new ComponentsPage().page();
  }

  /** Keras's classes that are not here, and its arguments that cannot be given, each with its class. */
  public static Set<String> differences() {
    ComponentsPage page = new ComponentsPage();
    page.page();
    Set<String> out = new LinkedHashSet<>(page.absent.keySet());
    page.lacking.forEach((c, a) -> Arrays.stream(a.split(", ")).forEach(x -> out.add(c + "." + x)));
    return out;
  }

  private String page() {
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
          Class<?> c = java(k);
          if (c == null) {
            absent.put(k.room() + "." + k.name(), "");
          } else {
            out.append(row(k, c));
          }
        }
      }
    }
    out.append("\n## What is not here\n\nClasses: ");
    out.append(absent.isEmpty() ? "none" : "`" + String.join("`, `", absent.keySet()) + "`")
        .append(".\n");
    if (!lacking.isEmpty()) {
      out.append("\n| class | arguments that cannot be given |\n|---|---|\n");
      lacking.forEach((c, a) -> out.append("| `")
          .append(c)
          .append("` | `")
          .append(a.replace(", ", "`, `"))
          .append("` |\n"));
    }
    return out.toString();
  }

  private @Nullable Class<?> java(KerasClass k) {
    List<Class<?>> found = ours.getOrDefault(k.name(), List.of());
    if (found.size() < 2) {
      return found.isEmpty() ? null : found.get(0);
    }
    String room = k.room().substring(k.room().lastIndexOf('.') + 1);
    for (Class<?> c : found) {
      if (c.getPackageName().contains("." + room)
          && (!room.equals("layers") || !c.getPackageName().endsWith(".initializers"))) {
        return c;
      }
    }
    return found.get(0);
  }

  private String row(KerasClass k, Class<?> c) {
    Set<String> constructors = new LinkedHashSet<>();
    Set<String> taken = new LinkedHashSet<>();
    for (Constructor<?> n : c.getConstructors()) {
      List<String> parameters =
          Arrays.stream(n.getParameters()).map(Parameter::getName).toList();
      taken.addAll(parameters);
      constructors.add("(" + String.join(", ", parameters) + ")");
    }
    for (Method m : c.getMethods()) {
      if (Modifier.isStatic(m.getModifiers()) && c.isAssignableFrom(m.getReturnType())) {
        List<String> parameters =
            Arrays.stream(m.getParameters()).map(Parameter::getName).toList();
        taken.addAll(parameters);
        constructors.add("." + m.getName() + "(" + String.join(", ", parameters) + ")");
      }
    }
    Set<String> setters = setters(c);
    List<String> here = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Argument a : k.arguments()) {
      String name = camel(a.name());
      if (setters.contains(name)) {
        here.add("`" + name + "`");
      } else if (!taken.contains(name)) {
        missing.add(a.name());
      }
    }
    if (!missing.isEmpty()) {
      lacking.put(k.room() + "." + k.name(), String.join(", ", missing));
    }
    String made =
        constructors.isEmpty() ? "" : "`" + String.join("` `", sorted(constructors)) + "`";
    return "| `" + k.name() + "` | `" + c.getName().replace("org.keras4j.", "") + "` | " + made
        + " | " + String.join(" ", here) + " |\n";
  }

  private static List<String> sorted(Set<String> constructors) {
    return constructors.stream()
        .sorted((a, b) -> a.length() != b.length() ? a.length() - b.length() : a.compareTo(b))
        .toList();
  }

  /** Public methods that take one argument or several and return what they are called on. */
  private static Set<String> setters(Class<?> c) {
    Set<String> out = new LinkedHashSet<>();
    for (Method m : c.getMethods()) {
      if (!Modifier.isStatic(m.getModifiers())
          && m.getParameterCount() > 0
          && m.getReturnType().isAssignableFrom(c)
          && m.getReturnType() != Object.class
          && !m.getReturnType().isInterface()) {
        out.add(m.getName());
      }
    }
    return out;
  }

  /** {@code use_bias} as {@code useBias}. */
  private static String camel(String name) {
    StringBuilder out = new StringBuilder();
    for (String part : name.split("_")) {
      out.append(
          out.length() == 0
              ? part
              : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
    }
    return out.toString();
  }
}
