package org.keras4j.layers;

import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.keras4j.core.Nest;
import org.keras4j.core.internal.Lookups;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.Registry;

/** Finds the layers in the fields of a user's layer. */
final class FieldLayers {
  private static final Map<Class<?>, List<Place>> FIELDS = new ConcurrentHashMap<>();

  private FieldLayers() {}

  /** Adds those that are not there yet, under the field's name in snake case. */
  static void find(Layer owner, Map<String, Object> out) {
    List<Place> fields = fields(owner.getClass());
    if (fields.isEmpty()) {
      return;
    }
    Map<Object, Boolean> known = new IdentityHashMap<>();
    out.values().forEach(v -> Nest.flatten(v).forEach(l -> known.put(l, true)));
    for (Place f : fields) {
      Object v = f.handle().get(owner);
      if (v instanceof OutputFunction a && a.layer() != null) {
        v = a.layer();
      }
      if (v instanceof Map<?, ?> m && !m.keySet().stream().allMatch(String.class::isInstance)) {
        continue; // no container of Keras
      }
      List<Object> leaves = v == null ? List.of() : Nest.flatten(v);
      if (leaves.stream().anyMatch(x -> x instanceof Layer && !known.containsKey(x))) {
        leaves.forEach(l -> known.put(l, true));
        out.put(ConfigFields.snakeCase(f.name()), v);
      }
    }
  }

  private static List<Place> fields(Class<?> c) {
    return FIELDS.computeIfAbsent(c, k -> {
      List<Place> out = new ArrayList<>();
      for (Class<?> x = k; x != null && x != Layer.class; x = x.getSuperclass()) {
        List<Place> own = new ArrayList<>();
        for (Field f : x.getDeclaredFields()) {
          Class<?> t = f.getType();
          boolean may = t == Object.class
              || Layer.class.isAssignableFrom(t)
              || OutputFunction.class.isAssignableFrom(t)
              || List.class.isAssignableFrom(t)
              || Map.class.isAssignableFrom(t)
              || t.isArray() && Layer.class.isAssignableFrom(t.getComponentType());
          if (may && !Modifier.isStatic(f.getModifiers()) && !f.isSynthetic()) {
            own.add(new Place(f.getName(), handle(f)));
          }
        }
        out.addAll(0, own);
      }
      return List.copyOf(out);
    });
  }

  private static VarHandle handle(Field f) {
    Class<?> owner = f.getDeclaringClass();
    if (owner.getModule().isNamed()) {
      Registry.load(); // the module's list gives access to its classes
    }
    try {
      return Lookups.in(owner).unreflectVarHandle(f);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Place(String name, VarHandle handle) {}
}
