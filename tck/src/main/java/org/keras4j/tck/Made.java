package org.keras4j.tck;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.CustomObjects;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.core.serialization.UnknownClassException;

/** Objects made from recorded configs, and the configs that they give back. */
final class Made {
  private Made() {}

  /**
   * The object of a case's config.
   *
   * @throws NotBuiltException if its class, or one inside, is not there
   */
  static Object of(Case c) {
    try {
      return java.util.Objects.requireNonNull(
          CustomObjects.with(RecordedCell.CLASSES, () -> Serializer.deserialize(c.get("config"))));
    } catch (UnknownClassException e) {
      throw new NotBuiltException(e.className());
    }
  }

  /** How the object's config differs from the recorded one; null if it does not. */
  static @Nullable String difference(Case c, Object made) {
    return difference("config", Serializer.serialize(made), c.get("config"));
  }

  private static @Nullable String difference(
      String at, @Nullable Object actual, @Nullable Object expected) {
    if (expected instanceof Map<?, ?> e && actual instanceof Map<?, ?> a) {
      if ("__tuple__".equals(e.get("class_name")) && !"__tuple__".equals(a.get("class_name"))) {
        return difference(at, actual, e.get("items"));
      }
      TreeSet<Object> keys = new TreeSet<>(e.keySet());
      keys.remove("shared_object_id"); // the address of an object that was met twice
      keys.remove("build_config"); // what a layer was called with, if it was
      if (Map.of().equals(e.get("compile_config"))) {
        keys.remove("compile_config");
      }
      if (e.get("class_name") != null && e.get("class_name").equals(e.get("registered_name"))) {
        keys.remove("registered_name"); // a class that nobody registered
      }
      TreeSet<Object> got = new TreeSet<>(a.keySet());
      got.removeIf(k -> e.containsKey(k) && !keys.contains(k) || k.equals("build_config"));
      if (!keys.equals(got)) {
        return at + ": expected entries " + keys + ", got " + got;
      }
      for (Object k : keys) {
        String d = difference(at + "." + k, a.get(k), e.get(k));
        if (d != null) {
          return d;
        }
      }
      return null;
    }
    if (expected instanceof Map<?, ?> e && "__tuple__".equals(e.get("class_name"))) {
      return difference(at, actual, e.get("items"));
    }
    if (expected instanceof List<?> e && actual instanceof List<?> a && e.size() == a.size()) {
      for (int i = 0; i < e.size(); i++) {
        String d = difference(at + "[" + i + "]", a.get(i), e.get(i));
        if (d != null) {
          return d;
        }
      }
      return null;
    }
    boolean same = expected instanceof Number e && actual instanceof Number a
        ? e.doubleValue() == a.doubleValue()
        : java.util.Objects.equals(expected, actual);
    return same ? null : at + ": expected " + expected + ", got " + actual;
  }
}
