package org.keras4j.tck.pages;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How a class is given what it is made of.
 *
 * @param forms its constructors and static factories, as text
 * @param parameters the names of their parameters, and of factories that stand for a setting themselves
 * @param setters public methods that take one argument or several and return what they are called on
 */
record Settings(Set<String> forms, Set<String> parameters, Set<String> setters) {
  static Settings of(Class<?> c) {
    Set<String> forms = new LinkedHashSet<>();
    Set<String> parameters = new LinkedHashSet<>();
    for (Constructor<?> n : c.getConstructors()) {
      List<String> names =
          Arrays.stream(n.getParameters()).map(Parameter::getName).toList();
      parameters.addAll(names);
      forms.add("(" + String.join(", ", names) + ")");
    }
    for (Method m : c.getMethods()) {
      if (Modifier.isStatic(m.getModifiers()) && c.isAssignableFrom(m.getReturnType())) {
        List<String> names =
            Arrays.stream(m.getParameters()).map(Parameter::getName).toList();
        parameters.addAll(names);
        parameters.add(m.getName());
        forms.add("." + m.getName() + "(" + String.join(", ", names) + ")");
      }
    }
    return new Settings(forms, parameters, setters(c));
  }

  /** Whether an argument of Keras, {@code use_bias}, can be given. */
  boolean takes(String argument) {
    String name = camel(argument);
    return setters.contains(name) || parameters.contains(name);
  }

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
  static String camel(String name) {
    StringBuilder out = new StringBuilder();
    for (String part : name.split("_")) {
      out.append(
          out.length() == 0 || part.isEmpty()
              ? part
              : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
    }
    return out.toString();
  }
}
