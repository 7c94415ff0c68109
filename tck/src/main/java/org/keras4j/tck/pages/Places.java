package org.keras4j.tck.pages;

import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Places in the library as the table of names has them: {@code core.Keras#version}, {@code models.Load}. */
final class Places {
  private static final String ROOT = "org.keras4j.";

  private Places() {}

  /** What is wrong with a place: that there is no such class or method; null if nothing is. */
  static @Nullable String problem(String place) {
    String[] parts = place.split("#");
    Class<?> c = type(parts[0]);
    if (c == null) {
      return "there is no public class " + ROOT + parts[0];
    }
    return parts.length > 1 && methods(c, parts[1]).isEmpty()
        ? ROOT + parts[0] + " has no method or constant " + parts[1]
        : null;
  }

  /** The names by which places take arguments: parameters, settings, and what a method is called on. */
  static Set<String> names(List<String> places) {
    Set<String> out = new LinkedHashSet<>();
    for (String place : places) {
      String[] parts = place.split("#");
      Class<?> c = type(parts[0]);
      if (c == null) {
        continue;
      }
      if (parts.length == 1) {
        Settings s = Settings.of(c);
        out.addAll(s.parameters());
        out.addAll(s.setters());
        continue;
      }
      for (Object m : methods(c, parts[1])) {
        if (m instanceof Executable e) {
          for (Parameter p : e.getParameters()) {
            out.add(p.getName());
          }
          if (!Modifier.isStatic(e.getModifiers())) {
            for (Class<?> x = c; x != null; x = x.getSuperclass()) {
              out.add(x.getSimpleName().substring(0, 1).toLowerCase(java.util.Locale.ROOT)
                  + x.getSimpleName().substring(1));
            }
          }
        }
      }
    }
    return out;
  }

  // public and protected ones, inherited ones too, and constants
  private static List<Object> methods(Class<?> c, String name) {
    List<Object> out = new ArrayList<>();
    for (Class<?> x = c; x != null; x = x.getSuperclass()) {
      for (Method m : x.getDeclaredMethods()) {
        if (m.getName().equals(name)
            && (m.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0) {
          out.add(m);
        }
      }
      for (java.lang.reflect.Field f : x.getDeclaredFields()) {
        if (f.getName().equals(name) && Modifier.isPublic(f.getModifiers())) {
          out.add(f);
        }
      }
    }
    for (Method m : c.getMethods()) {
      if (m.getName().equals(name) && !out.contains(m)) {
        out.add(m);
      }
    }
    return out;
  }

  private static @Nullable Class<?> type(String name) {
    try {
      Class<?> c = Class.forName(ROOT + name, false, Places.class.getClassLoader());
      return Modifier.isPublic(c.getModifiers()) ? c : null;
    } catch (ClassNotFoundException e) {
      return null;
    }
  }
}
