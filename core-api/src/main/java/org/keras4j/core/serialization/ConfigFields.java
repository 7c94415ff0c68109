package org.keras4j.core.serialization;

import java.lang.invoke.VarHandle;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.Lookups;

/** Reads and writes the {@link Config} fields of objects. */
public final class ConfigFields {
  private static final Map<Class<?>, Map<String, Field>> CACHE = new ConcurrentHashMap<>();
  private static final Map<Field, Boolean> ACCEPTS_NULL = new ConcurrentHashMap<>();
  private static final Map<Field, VarHandle> HANDLES = new ConcurrentHashMap<>();

  private ConfigFields() {}

  /** The config fields of a class by key, superclasses first. */
  public static Map<String, Field> of(Class<?> c) {
    Map<String, Field> known = CACHE.get(c);
    if (known == null) {
      known = find(c); // asks for the superclass's, which computeIfAbsent would not allow
      CACHE.put(c, known);
    }
    return known;
  }

  private static Map<String, Field> find(Class<?> c) {
    Map<String, Field> out = new LinkedHashMap<>();
    if (c.getSuperclass() != null) {
      out.putAll(of(c.getSuperclass()));
    }
    List<Field> annotated = Arrays.stream(c.getDeclaredFields())
        .filter(f -> f.isAnnotationPresent(Config.class))
        .toList();
    if (!annotated.isEmpty() && c.getModule().isNamed()) {
      Registry.load(); // the module's list gives access to its classes
    }
    for (Field f : annotated) {
      Config k = f.getAnnotation(Config.class);
      if (Modifier.isFinal(f.getModifiers()) || Modifier.isStatic(f.getModifiers())) {
        throw new IllegalStateException("Config field " + f + " must be neither final nor static");
      }
      try {
        HANDLES.put(f, Lookups.in(c).unreflectVarHandle(f));
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
      out.put(k.value().isEmpty() ? snakeCase(f.getName()) : k.value(), f);
    }
    return out;
  }

  private static VarHandle handle(Field f) {
    return Objects.requireNonNull(HANDLES.get(f), () -> f + " is no config field");
  }

  /** {@code kernelInitializer} to {@code kernel_initializer}. */
  public static String snakeCase(String camel) {
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < camel.length(); i++) {
      char ch = camel.charAt(i);
      if (Character.isUpperCase(ch)) {
        b.append('_').append(Character.toLowerCase(ch));
      } else {
        b.append(ch);
      }
    }
    return b.toString();
  }

  /** {@code kernel_initializer} to {@code kernelInitializer}. */
  public static String camelCase(String snake) {
    StringBuilder b = new StringBuilder();
    boolean up = false;
    for (int i = 0; i < snake.length(); i++) {
      char ch = snake.charAt(i);
      if (ch == '_' && b.length() > 0) {
        up = true;
      } else {
        b.append(up ? Character.toUpperCase(ch) : ch);
        up = false;
      }
    }
    return b.toString();
  }

  /** The values of an object's config fields. */
  public static Map<String, Object> read(Object o) {
    Map<String, Object> out = new LinkedHashMap<>();
    of(o.getClass()).forEach((k, f) -> out.put(k, handle(f).get(o)));
    return out;
  }

  /** Sets an object's config fields; those with no entry keep their defaults. */
  public static void write(Configurable o, Map<String, Object> config) {
    Map<String, Field> fields = of(o.getClass());
    config.forEach((k, v) -> {
      Field f = fields.get(k);
      if (f == null) {
        if (!o.readsConfigKey(k)) {
          Set<String> known = new LinkedHashSet<>(o.getConfig().keySet());
          known.addAll(fields.keySet());
          throw unknown(o, k, known);
        }
        return;
      }
      handle(f).set(o, convert(v, f, o));
    });
  }

  /**
   * Fails if a config has an entry that an object made of it cannot have acted on.
   *
   * @param known the entries that the object gives back
   * @throws IllegalArgumentException naming the entry, and those that are known
   */
  static void refuseUnknown(Configurable o, Set<?> keys, Set<String> known) {
    for (Object k : keys) {
      if (!known.contains(k) && !(k instanceof String s && o.readsConfigKey(s))) {
        throw unknown(o, k, known);
      }
    }
  }

  private static IllegalArgumentException unknown(Configurable o, Object key, Set<String> known) {
    return new IllegalArgumentException(o.getClass().getSimpleName()
        + ": config has an unknown entry '" + key + "', expected some of " + known);
  }

  private static @Nullable Object convert(@Nullable Object v, Field f, Object owner) {
    Class<?> t = f.getType();
    if (v == null) {
      if (ACCEPTS_NULL.computeIfAbsent(f, ConfigFields::acceptsNull)) {
        return null;
      }
      Object none = t.isPrimitive() ? null : named(null, f, owner);
      if (none == null) {
        throw mismatch(v, f, owner);
      }
      return none;
    }
    if (v instanceof Number n) {
      if (t == int.class || t == Integer.class) {
        return exactInt(n, f, owner);
      } else if (t == long.class || t == Long.class) {
        return exact(n, f, owner);
      } else if (t == double.class || t == Double.class) {
        return n.doubleValue();
      } else if (t == float.class || t == Float.class) {
        return n.floatValue();
      } else if (t == int[].class) {
        return new int[] {exactInt(n, f, owner)};
      } else if (t == long[].class) {
        return new long[] {exact(n, f, owner)};
      }
    }
    if (v instanceof List<?> l) {
      if (t == int[].class) {
        return l.stream().mapToInt(x -> exactInt(x, f, owner)).toArray();
      } else if (t == long[].class) {
        return l.stream().mapToLong(x -> x == null ? -1 : exact(x, f, owner)).toArray();
      } else if (t == double[].class) {
        return l.stream().mapToDouble(x -> number(x, f, owner)).toArray();
      } else if (t == Shape.class) {
        return Shape.of(l);
      } else if (t == String[].class) {
        return l.stream().map(x -> text(x, f, owner)).toArray(String[]::new);
      }
    }
    if (t == DType.class && v instanceof String s) {
      return DType.of(s);
    }
    if (t == boolean.class && v instanceof Boolean || t.isInstance(v)) {
      return v;
    }
    Object named = named(v, f, owner);
    if (named == null) {
      throw mismatch(v, f, owner);
    }
    return named;
  }

  /** Whether a field of a class that says of each whether it may be null says so, or the class does not say. */
  private static boolean acceptsNull(Field f) {
    return !f.getType().isPrimitive()
        && (!isAnnotated(f.getDeclaringClass().getPackage(), "org.jspecify.annotations.NullMarked")
            || isAnnotated(f.getAnnotatedType(), "org.jspecify.annotations.Nullable"));
  }

  // by name: the annotations need not be there when a program runs
  private static boolean isAnnotated(AnnotatedElement e, String name) {
    return Arrays.stream(e.getAnnotations())
        .anyMatch(a -> a.annotationType().getName().equals(name));
  }

  /** What a type that can be given by name or config makes of a value; null if it is no such type. */
  private static @Nullable Object named(@Nullable Object v, Field f, Object owner) {
    Class<?> t = f.getType();
    try {
      Method get = t.getMethod("get", Object.class);
      return Modifier.isStatic(get.getModifiers()) ? get.invoke(null, v) : null; // that of a map
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
    } catch (NoSuchMethodException e) {
      return null;
    } catch (ReflectiveOperationException e) {
      throw mismatch(v, f, owner);
    }
  }

  private static long exact(@Nullable Object v, Field f, Object owner) {
    if (v instanceof Number n && n.doubleValue() == n.longValue()) {
      return n.longValue();
    }
    throw mismatch(v, f, owner);
  }

  private static double number(@Nullable Object v, Field f, Object owner) {
    if (v instanceof Number n) {
      return n.doubleValue();
    }
    throw mismatch(v, f, owner);
  }

  private static String text(@Nullable Object v, Field f, Object owner) {
    if (v instanceof String s) {
      return s;
    }
    throw mismatch(v, f, owner);
  }

  private static int exactInt(@Nullable Object v, Field f, Object owner) {
    long n = exact(v, f, owner);
    if (n != (int) n) {
      throw mismatch(v, f, owner);
    }
    return (int) n;
  }

  private static IllegalArgumentException mismatch(@Nullable Object v, Field f, Object owner) {
    return new IllegalArgumentException(
        owner.getClass().getSimpleName() + ": '" + snakeCase(f.getName()) + "' expects "
            + f.getType().getSimpleName() + ", got "
            + ConfigEntries.shown(v instanceof Object[] a ? Arrays.toString(a) : v));
  }

  /** A list of a Java array's numbers, for configs. */
  static List<Object> list(Object array) {
    List<Object> out = new ArrayList<>();
    for (int i = 0; i < java.lang.reflect.Array.getLength(array); i++) {
      out.add(java.lang.reflect.Array.get(array, i));
    }
    return out;
  }
}
