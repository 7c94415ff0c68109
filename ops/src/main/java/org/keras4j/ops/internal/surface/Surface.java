package org.keras4j.ops.internal.surface;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasName;
import org.keras4j.ops.internal.facade.Extension;

/**
 * Keras's functions by their names, each with the Java method it is: found by reflection over the
 * classes that {@link SurfaceSource}s name, matched against {@link KerasApi}.
 *
 * <pre>{@code
 * Surface.find("keras.ops.expand_dims").call(List.of(x), Map.of("axis", -1));
 * }</pre>
 */
public final class Surface {
  private static final Map<String, SurfaceFunction> FUNCTIONS = new TreeMap<>();
  private static final List<String> DRIFT = new ArrayList<>();

  static {
    for (SurfaceSource s :
        ServiceLoader.load(SurfaceSource.class, Surface.class.getClassLoader())) {
      s.functions().forEach(Surface::add);
    }
  }

  private Surface() {}

  /** The function of a canonical name or alias; null if it is not built. */
  public static @Nullable SurfaceFunction find(String kerasName) {
    KerasApi.Symbol s = KerasApi.find(kerasName);
    return s == null ? null : FUNCTIONS.get(s.name());
  }

  /** All functions that are built, by canonical name. */
  public static Collection<SurfaceFunction> functions() {
    return FUNCTIONS.values();
  }

  /** What has the name of a function of Keras but not its arguments, in words. */
  public static List<String> drift() {
    return List.copyOf(DRIFT);
  }

  private static void add(SurfaceSource.Functions functions) {
    Map<String, List<Method>> byName = new TreeMap<>();
    for (Method m : functions.holder().getMethods()) {
      if (Modifier.isStatic(m.getModifiers()) && m.getDeclaringClass() != Object.class) {
        byName.computeIfAbsent(kerasName(m), n -> new ArrayList<>()).add(m);
      }
    }
    byName.forEach((name, methods) -> match(functions.namespace() + "." + name, methods));
  }

  private static void match(String name, List<Method> methods) {
    KerasApi.Symbol s = KerasApi.find(name);
    if (s == null) {
      boolean ours = methods.stream().allMatch(m -> m.isAnnotationPresent(Extension.class));
      if (!ours) {
        DRIFT.add(name + ": Keras has no such function; mark an extension with @Extension");
      }
      return;
    }
    Signature signature = s.signature();
    // of several that fit the fullest
    methods.sort(Comparator.comparingInt(Method::getParameterCount).reversed());
    for (Method m : methods) {
      SurfaceFunction f = SurfaceFunction.of(s.name(), signature, m);
      if (f != null) {
        if (!name.equals(s.name()) && FUNCTIONS.containsKey(s.name())) {
          return; // a method for another name of it
        }
        FUNCTIONS.put(s.name(), f);
        for (Method other : methods) {
          f.shorten(other);
          SurfaceFunction options = SurfaceFunction.withOptions(s.name(), signature, other);
          if (options != null) {
            f.extend(options);
          }
        }
        return;
      }
    }
    DRIFT.add(name + ": no overload has the parameters " + s.text() + ", but " + methods);
  }

  private static String kerasName(Method m) {
    KerasName n = m.getAnnotation(KerasName.class);
    return n != null ? n.value() : snake(m.getName());
  }

  /** {@code expandDims} to {@code expand_dims}, {@code log10} stays. */
  static String snake(String camel) {
    StringBuilder b = new StringBuilder();
    for (char c : camel.toCharArray()) {
      if (Character.isUpperCase(c)) {
        b.append('_').append(Character.toLowerCase(c));
      } else {
        b.append(c);
      }
    }
    return b.toString();
  }
}
