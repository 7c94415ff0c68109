package org.keras4j.layers;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.keras4j.core.Nest;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.layers.activations.LayerActivation;

/** Finds the layers in the fields of a user's layer. */
final class FieldLayers {
  private static final Map<Class<?>, List<Field>> FIELDS = new ConcurrentHashMap<>();

  private FieldLayers() {}

  /** Adds those that are not there yet, under the field's name in snake case. */
  static void find(Layer owner, Map<String, Object> out) {
    List<Field> fields = fields(owner.getClass());
    if (fields.isEmpty()) {
      return;
    }
    Map<Object, Boolean> known = new IdentityHashMap<>();
    out.values().forEach(v -> Nest.flatten(v).forEach(l -> known.put(l, true)));
    for (Field f : fields) {
      try {
        Object v = f.get(owner);
        if (v instanceof LayerActivation a) {
          v = a.layer();
        }
        if (v instanceof Map<?, ?> m && !m.keySet().stream().allMatch(String.class::isInstance)) {
          continue; // no container of Keras
        }
        List<Object> leaves = v == null ? List.of() : Nest.flatten(v);
        if (leaves.stream().anyMatch(x -> x instanceof Layer && !known.containsKey(x))) {
          leaves.forEach(l -> known.put(l, true));
          out.put(ConfigFields.snakeCase(f.getName()), v);
        }
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static List<Field> fields(Class<?> c) {
    return FIELDS.computeIfAbsent(c, k -> {
      List<Field> out = new ArrayList<>();
      for (Class<?> x = k; x != null && x != Layer.class; x = x.getSuperclass()) {
        List<Field> own = new ArrayList<>();
        for (Field f : x.getDeclaredFields()) {
          Class<?> t = f.getType();
          boolean may = t == Object.class
              || Layer.class.isAssignableFrom(t)
              || t == ActivationFunction.class
              || List.class.isAssignableFrom(t)
              || Map.class.isAssignableFrom(t)
              || t.isArray() && Layer.class.isAssignableFrom(t.getComponentType());
          if (may && !Modifier.isStatic(f.getModifiers()) && !f.isSynthetic()) {
            f.setAccessible(true);
            own.add(f);
          }
        }
        out.addAll(0, own);
      }
      return List.copyOf(out);
    });
  }
}
