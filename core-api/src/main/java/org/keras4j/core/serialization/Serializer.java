package org.keras4j.core.serialization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.context.Context;

/**
 * Objects to the trees that JSON holds and back, in the form of {@code
 * keras.saving.serialize_keras_object}: {@code {module, class_name, config, registered_name}}.
 */
public final class Serializer {
  private static final int MAX_DEPTH = 200;

  // objects within objects: each may ask for those within it by a call of its own
  private static final int MAX_OBJECTS = 100;
  private static final Context.Key<Integer> OBJECTS = Context.Key.inherited("objects of a config");

  // the classes met while an object is copied, by the names that its config has for them; null when
  // none is
  private static final Context.Key<Map<String, Class<?>>> COPIED =
      Context.Key.inherited("copied classes");

  private Serializer() {}

  /** The JSON tree of a value: of a {@link Configurable}, its config with module and class name. */
  public static @Nullable Object serialize(@Nullable Object v) {
    if (v == null || v instanceof Boolean || v instanceof Number || v instanceof String) {
      return v;
    }
    if (v instanceof ConfigValue c) {
      return serialize(c.configValue());
    }
    if (v instanceof Configurable c) {
      return serializeObject(c);
    }
    if (v instanceof DType d) {
      return d.kerasName();
    }
    if (v instanceof Shape s) {
      return dims(s.toArray());
    }
    if (v instanceof NDArray a) {
      Map<String, Object> inner = new LinkedHashMap<>();
      inner.put("value", nested(a, 0, 0, a.size()));
      inner.put("dtype", a.dtype().kerasName());
      Map<String, Object> out = new LinkedHashMap<>();
      out.put("class_name", "__numpy__");
      out.put("config", inner);
      return out;
    }
    if (v instanceof List<?> l) {
      List<Object> out = new ArrayList<>();
      l.forEach(x -> out.add(serialize(x)));
      return out;
    }
    if (v instanceof Map<?, ?> m) {
      Map<Object, Object> out = new LinkedHashMap<>();
      m.forEach((k, x) -> out.put(k, serialize(x)));
      return out;
    }
    if (v instanceof long[] a) {
      return dims(a);
    }
    if (v instanceof Object[] a) {
      return serialize(Arrays.asList(a));
    }
    if (v.getClass().isArray()) {
      return ConfigFields.list(v);
    }
    throw new IllegalArgumentException(
        "A " + v.getClass().getName() + " cannot stand in a config: it is not Configurable");
  }

  private static List<Object> dims(long[] dims) {
    List<Object> out = new ArrayList<>();
    for (long d : dims) {
      out.add(d == Shape.UNKNOWN ? null : (Object) d);
    }
    return out;
  }

  private static Object nested(NDArray a, int axis, int from, int count) {
    if (axis == a.rank()) {
      return a.dtype() == DType.STRING
          ? a.getString(from)
          : a.dtype().isFloat()
              ? (Object) a.getDouble(from)
              : a.dtype().isBool() ? (Object) a.getBoolean(from) : (Object) a.getLong(from);
    }
    List<Object> out = new ArrayList<>();
    int n = (int) a.shape().dim(axis);
    for (int i = 0; i < n; i++) {
      out.add(nested(a, axis + 1, from + i * (count / n), count / n));
    }
    return out;
  }

  private static Map<String, Object> serializeObject(Configurable c) {
    Map<String, Object> config = c.getConfig(); // first: a class that cannot be saved says why here
    Map<String, Class<?>> copied = COPIED.get();
    String name = copied == null ? Registry.nameOf(c.getClass()) : copiedName(c.getClass(), copied);
    boolean custom = name.indexOf('>') >= 0;
    int cut = name.lastIndexOf(custom ? '>' : '.');
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("module", custom ? null : name.substring(0, cut));
    out.put("class_name", name.substring(cut + 1));
    out.put("config", serialize(config));
    out.put("registered_name", custom ? name : isPrivate(name) ? name.substring(cut + 1) : null);
    if (c instanceof BuildConfigurable b) {
      Map<String, Object> build = b.getBuildConfig();
      if (build != null) {
        out.put("build_config", serialize(build));
      }
    }
    if (c instanceof CompileConfigurable b) {
      Map<String, Object> compile = b.getCompileConfig();
      if (compile != null) {
        out.put("compile_config", serialize(compile));
      }
    }
    return out;
  }

  // Keras registers what is not among its public names
  private static boolean isPrivate(String name) {
    return name.startsWith("keras.src.");
  }

  /** The name of a function, if the value is the tree of one in a config; any other value as it is. */
  public static @Nullable Object functionName(@Nullable Object value) {
    return value instanceof Map<?, ?> m
            && "function".equals(m.get("class_name"))
            && m.get("config") instanceof String name
        ? name
        : value;
  }

  /**
   * What a tree of {@link #serialize} stands for; objects are made of registered classes only.
   *
   * @throws UnknownClassException if the tree names another class
   */
  public static @Nullable Object deserialize(@Nullable Object tree) {
    return deserialize(tree, 0);
  }

  /**
   * A fresh object of a class and a config, as Keras's {@code from_config}. Objects in the config are not shared, but
   * made anew too; it may be one that {@code getConfig} of another object gave, changed or not.
   *
   * @throws IllegalArgumentException if the class has no constructor without arguments, or the config has unknown
   *     entries or values that the object cannot have
   */
  @SuppressWarnings("unchecked")
  public static <T extends Configurable> T fromConfig(
      Class<? extends T> type, Map<String, ?> config) {
    T made = (T) Registry.instantiate(type);
    configureWithin(
        made,
        type.getSimpleName(),
        Map.of(),
        (Map<?, ?>) Objects.requireNonNull(serialize(config)),
        0);
    return made;
  }

  /**
   * A copy as a file would hold it: objects are made anew from their classes and configs, at any depth. No file names a
   * class here, so that none has to be registered; each needs a constructor without arguments.
   *
   * @param value an object with a config, or a map or list of such objects
   * @return a value of the same kind, without weights
   * @throws IllegalArgumentException if a class within has no constructor without arguments, or its config is not one that
   *     it takes
   */
  public static <T> T copy(T value) {
    return copy(value, config -> {});
  }

  /**
   * {@link #copy(Object)} with changes to the config of the object itself.
   *
   * @param value an object with a config
   * @param change is given the config's tree, and may put other entries into it
   * @return an object of the same class
   * @throws IllegalArgumentException as {@link #copy(Object)} does
   */
  @SuppressWarnings("unchecked")
  public static <T> T copy(T value, Consumer<Map<String, Object>> change) {
    Map<String, Class<?>> classes = new HashMap<>();
    Object tree = COPIED.with(classes, () -> serialize(value));
    if (value instanceof Configurable) {
      change.accept((Map<String, Object>) Objects.requireNonNull(((Map<?, ?>) tree).get("config")));
    }
    return (T) Objects.requireNonNull(CustomObjects.with(classes, () -> deserialize(tree)));
  }

  /**
   * A fresh object of the class and config of another, as {@link #fromConfig} makes it: neither built nor compiled. Classes need
   * not be registered, as for {@link #copy(Object)}.
   *
   * @return an object of the same class
   * @throws IllegalArgumentException as {@link #fromConfig} does
   */
  @SuppressWarnings("unchecked")
  public static <T extends Configurable> T unbuiltCopy(T object) {
    Map<String, Class<?>> classes = new HashMap<>();
    Map<?, ?> config = (Map<?, ?>)
        Objects.requireNonNull(COPIED.with(classes, () -> serialize(object.getConfig())));
    T made = (T) Registry.instantiate(object.getClass());
    CustomObjects.with(classes, () -> {
      configureWithin(made, object.getClass().getSimpleName(), Map.of(), config, 0);
      return made;
    });
    return made;
  }

  // a class without a registered name has its own while it is copied
  private static String copiedName(Class<?> type, Map<String, Class<?>> copied) {
    String name = Registry.isNamed(type) ? Registry.nameOf(type) : "copied>" + type.getName();
    if (name.indexOf('>') >= 0) {
      copied.put(name, type);
    }
    return name;
  }

  private static @Nullable Object deserialize(@Nullable Object tree, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("A config nested more than " + MAX_DEPTH + " deep");
    }
    if (tree instanceof List<?> l) {
      List<Object> out = new ArrayList<>();
      for (Object x : l) {
        out.add(deserialize(x, depth + 1));
      }
      return out;
    }
    if (!(tree instanceof Map<?, ?> m)) {
      return tree;
    }
    Object className = m.get("class_name");
    if (className instanceof String name && m.containsKey("config")) {
      return object(name, m, depth);
    }
    if ("__tuple__".equals(className)) {
      return deserialize(m.get("items"), depth + 1);
    }
    return map(m, depth);
  }

  private static Map<String, Object> map(Map<?, ?> m, int depth) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (Map.Entry<?, ?> e : m.entrySet()) {
      out.put((String) e.getKey(), deserialize(e.getValue(), depth + 1));
    }
    return out;
  }

  private static @Nullable Object object(String name, Map<?, ?> m, int depth) {
    Object config = m.get("config");
    if (name.equals("__numpy__") || name.equals("__tensor__")) {
      Map<?, ?> c = ConfigEntries.map(name, "config", config);
      Object value = c.get("value");
      if (value == null) {
        throw new IllegalArgumentException(name + ": config has no 'value'");
      }
      return NDArray.from(value)
          .astype(DType.of(ConfigEntries.text(name, "dtype", c.get("dtype"))));
    }
    Object module = m.get("module");
    Object registered = m.get("registered_name");
    Class<?> custom = CustomObjects.find(registered);
    if (custom == null) {
      custom = CustomObjects.find(name);
    }
    Class<?> type = custom != null
        ? custom
        : registered instanceof String r && r.indexOf('>') >= 0
            ? Registry.find(r)
            : module == null ? null : Registry.find(module + "." + name);
    if (type == null && functionName(m) != m) {
      return m; // whoever takes functions knows them by name
    }
    if (type == null) {
      throw new UnknownClassException(
          module == null ? name : module + "." + name, unknown(name, module, registered, config));
    }
    Object o = Registry.instantiate(type);
    if (!(o instanceof Configurable c)) {
      throw new IllegalArgumentException(type.getName() + " is not Configurable");
    }
    if (!(config instanceof Map<?, ?> entries)) {
      throw new IllegalArgumentException(
          "The config of '" + name + "' must be a map, got " + ConfigEntries.shown(config));
    }
    configureWithin(c, name, m, entries, depth);
    return o;
  }

  private static void configureWithin(
      Configurable c, String name, Map<?, ?> m, Map<?, ?> entries, int depth) {
    Integer within = OBJECTS.get();
    int outer = within == null ? 0 : within;
    if (outer == MAX_OBJECTS) {
      throw new IllegalArgumentException(
          "A config of objects nested more than " + MAX_OBJECTS + " deep");
    }
    try {
      OBJECTS.with(outer + 1, () -> {
        configure(c, m, entries, depth);
        return null;
      });
    } catch (ClassCastException
        | NullPointerException
        | IndexOutOfBoundsException
        | ArithmeticException
        | NegativeArraySizeException
        | NoSuchElementException e) {
      // a config that says what no config says: whoever reads it did not think of that
      throw new IllegalArgumentException(
          "The config of '" + name + "' is not of the form that is expected", e);
    }
  }

  private static String unknown(
      String name, @Nullable Object module, @Nullable Object registered, @Nullable Object config) {
    if (name.equals("Lambda")) {
      String which =
          config instanceof Map<?, ?> m && m.get("name") instanceof String n ? "'" + n + "' " : "";
      return "The layer " + which
          + "is a Lambda, a Python function, which Java cannot run. In Python, write what it"
          + " computes with keras.ops outside of any layer, which a functional model saves; or"
          + " make it a class of your own in both languages, registered there with"
          + " register_keras_serializable, here with @KerasSerializable";
    }
    return "Unknown class '" + name + "' (module " + module + ", registered name " + registered
        + "): not part of this library, and not registered with Registry.register";
  }

  private static void configure(Configurable c, Map<?, ?> m, Map<?, ?> entries, int depth) {
    if (c instanceof RawConfigurable raw) {
      ConfigFields.refuseUnknown(c, entries.keySet(), raw.rawConfigKeys());
      raw.setRawConfig(entries);
    } else {
      c.setConfig(map(entries, depth + 1));
      ConfigFields.refuseUnknown(c, entries.keySet(), c.getConfig().keySet());
    }
    if (c instanceof BuildConfigurable b && m.get("build_config") instanceof Map<?, ?> build) {
      b.buildFromConfig(map(build, depth + 1));
    }
    if (c instanceof CompileConfigurable b
        && m.get("compile_config") instanceof Map<?, ?> compile) {
      b.compileFromConfig(map(compile, depth + 1));
    }
  }
}
