package org.keras4j.tck.pages;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.keras4j.core.Keras;
import org.keras4j.core.serialization.SerializableClasses;
import org.keras4j.layers.Layer;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.saving.KerasFiles;
import org.keras4j.training.Trainer;

/**
 * The public API as text, one file a module and one line a member: a change of it shows in a diff, and one that nobody meant
 * fails a test. Packages whose status is {@code MAINTAINED} are held.
 *
 * <pre>{@code
 * java ... org.keras4j.tck.pages.PublicApi api
 * }</pre>
 */
public final class PublicApi {
  private static final Map<String, Class<?>> MODULES = new LinkedHashMap<>();

  static {
    MODULES.put("core-api", Keras.class);
    MODULES.put("ops", Ops.class);
    MODULES.put("layers", Layer.class);
    MODULES.put("training", Trainer.class);
    MODULES.put("models", Model.class);
    MODULES.put("saving", KerasFiles.class);
  }

  private PublicApi() {}

  /** The text of each module. */
  public static Map<String, String> all() {
    Map<String, String> out = new LinkedHashMap<>();
    MODULES.forEach((name, c) -> out.put(name, text(c)));
    return out;
  }

  private static List<Class<?>> classes(Class<?> any) {
    List<Class<?>> classes = new ArrayList<>();
    PublicClasses.of(any).values().forEach(classes::addAll);
    classes.removeIf(
        c -> SerializableClasses.class.isAssignableFrom(c)); // which the compiler writes
    classes.removeIf(c -> {
      API a = c.getPackage().getAnnotation(API.class);
      return a == null || a.status() != API.Status.MAINTAINED;
    });
    classes.sort(Comparator.comparing(Class::getName));
    return classes;
  }

  private static String text(Class<?> any) {
    StringBuilder out = new StringBuilder();
    classes(any).forEach(c -> add(c, out));
    return out.toString();
  }

  private static void add(Class<?> c, StringBuilder out) {
    out.append(modifiers(c.getModifiers(), c.isInterface()))
        .append(
            c.isAnnotation()
                ? "annotation "
                : c.isInterface()
                    ? "interface "
                    : c.isRecord() ? "record " : c.isEnum() ? "enum " : "class ")
        .append(c.getName());
    if (c.isRecord()) {
      out.append(Arrays.stream(c.getRecordComponents())
          .map(PublicApi::component)
          .collect(Collectors.joining(", ", "(", ")")));
    }
    if (c.getGenericSuperclass() != null
        && c.getSuperclass() != Object.class
        && !c.isRecord()
        && !c.isEnum()) {
      out.append(" extends ").append(name(c.getGenericSuperclass()));
    }
    if (c.getInterfaces().length > 0 && !c.isAnnotation()) {
      out.append(" implements ")
          .append(Arrays.stream(c.getGenericInterfaces())
              .map(PublicApi::name)
              .collect(Collectors.joining(", ")));
    }
    out.append('\n');
    TreeSet<String> members = new TreeSet<>();
    for (Constructor<?> n : c.getDeclaredConstructors()) {
      if (shown(n) && !c.isRecord()) {
        members.add("  new(" + parameters(n) + ")");
      }
    }
    for (Method m : c.getDeclaredMethods()) {
      if (shown(m) && !m.isBridge() && !inherited(c, m)) {
        members.add("  " + modifiers(m.getModifiers(), c.isInterface()) + m.getName() + "("
            + parameters(m) + "): " + name(m.getGenericReturnType()));
      }
    }
    for (Field f : c.getDeclaredFields()) {
      if (shown(f.getModifiers()) && !f.isSynthetic()) {
        members.add("  " + modifiers(f.getModifiers(), false) + f.getName() + ": "
            + name(f.getGenericType()));
      }
    }
    members.forEach(m -> out.append(m).append('\n'));
    Stream.of(c.getDeclaredClasses())
        .filter(n -> shown(n.getModifiers()))
        .sorted(Comparator.comparing(Class::getName))
        .forEach(n -> add(n, out));
  }

  /** Whether a superclass or interface that is listed too has the method with the same result. */
  private static boolean inherited(Class<?> c, Method m) {
    if (c.isRecord()
        && m.getParameterCount() == 0
        && Arrays.stream(c.getRecordComponents()).anyMatch(r -> r.getName().equals(m.getName()))) {
      return true;
    }
    List<Class<?>> above = new ArrayList<>(List.of(c.getInterfaces()));
    if (c.getSuperclass() != null) {
      above.add(c.getSuperclass());
    }
    for (Class<?> a : above) {
      for (Class<?> x = a; x != null; x = x.getSuperclass()) {
        try {
          if (x.getDeclaredMethod(m.getName(), m.getParameterTypes()).getReturnType()
              == m.getReturnType()) {
            return true;
          }
        } catch (NoSuchMethodException e) {
          // looked for further up
        }
      }
    }
    return false;
  }

  private static boolean shown(Executable e) {
    return shown(e.getModifiers()) && !e.isSynthetic();
  }

  private static boolean shown(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static String parameters(Executable e) {
    return Arrays.stream(e.getGenericParameterTypes())
            .map(PublicApi::name)
            .collect(Collectors.joining(", "))
        + (e.isVarArgs() ? "..." : "");
  }

  private static String component(RecordComponent r) {
    return name(r.getGenericType()) + " " + r.getName();
  }

  private static String modifiers(int m, boolean ofInterface) {
    return (Modifier.isProtected(m) ? "protected " : "")
        + (Modifier.isStatic(m) ? "static " : "")
        + (Modifier.isAbstract(m) && !ofInterface ? "abstract " : "")
        + (Modifier.isFinal(m) ? "final " : "");
  }

  /** A type without the packages that everyone knows. */
  private static String name(Type t) {
    return t.getTypeName()
        .replaceAll(
            "\\b(java\\.lang|java\\.util|java\\.util\\.function|org\\.keras4j\\.core)\\.(?=[A-Z])",
            "");
  }
}
