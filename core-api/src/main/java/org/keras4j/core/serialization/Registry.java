package org.keras4j.core.serialization;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Names;
import org.keras4j.core.internal.Lookups;
import org.keras4j.core.internal.Spelling;
import org.keras4j.core.internal.messages.Failures;

/**
 * The classes that a config may name: those that the library's modules and the application's list as
 * {@link SerializableClasses} (written by the annotation processor), and those registered by call.
 * Nothing else is ever instantiated from a file.
 */
public final class Registry {
  private static final Map<String, Listed> BY_NAME = new ConcurrentHashMap<>();
  private static final Map<Class<?>, String> NAMES = new ConcurrentHashMap<>();
  // what was found, as every layer asks for the same few; forgotten whenever a class is registered
  private static final Map<ShortName, Class<?>> BY_SHORT_NAME = new ConcurrentHashMap<>();
  private static volatile boolean indexed;

  private record ShortName(Class<?> kind, String name) {}

  /** A class of a list, loaded when somebody asks for it: most programs name few of the hundreds. */
  private static final class Listed {
    private final String binaryName;
    private final @Nullable ClassLoader loader;
    private volatile @Nullable Class<?> type;

    Listed(String binaryName, @Nullable ClassLoader loader) {
      this.binaryName = binaryName;
      this.loader = loader;
    }

    Listed(Class<?> type) {
      this(type.getName(), type.getClassLoader());
      this.type = type;
    }

    Class<?> type() {
      Class<?> t = type;
      if (t == null) {
        try {
          t = Class.forName(binaryName, false, loader);
        } catch (ClassNotFoundException e) {
          throw new IllegalStateException(
              "A class listed by the annotation processor is missing", e);
        }
        type = t;
      }
      return t;
    }
  }

  private Registry() {}

  /**
   * Registers a custom class ({@code keras.saving.register_keras_serializable}); needed only where the
   * annotation processor did not run.
   *
   * @throws IllegalArgumentException if it lacks {@link KerasSerializable} or a no-argument constructor
   */
  public static void register(Class<? extends Configurable> type) {
    KerasSerializable a = type.getAnnotation(KerasSerializable.class);
    if (a == null) {
      throw new IllegalArgumentException(
          type.getName() + " must be annotated with @KerasSerializable to be registered");
    }
    constructor(type);
    Listed listed = new Listed(type);
    BY_NAME.put(key(type, a), listed);
    for (String alias : a.aliases()) {
      BY_NAME.put(alias, listed);
    }
    BY_SHORT_NAME.clear();
  }

  /**
   * Registers a custom class that has no annotation, as {@code pkg>Name} with its simple name.
   *
   * @throws IllegalArgumentException if it lacks a no-argument constructor, or the package is empty
   */
  public static void register(Class<? extends Configurable> type, String pkg) {
    if (pkg.isEmpty() || pkg.indexOf('>') >= 0) {
      throw new IllegalArgumentException(
          "A custom class is registered in a package of its own, got '" + pkg + "'");
    }
    constructor(type);
    String key = pkg + ">" + type.getSimpleName();
    NAMES.put(type, key);
    BY_NAME.put(key, new Listed(type));
    BY_SHORT_NAME.clear();
  }

  private static String key(Class<?> type, KerasSerializable a) {
    String name = a.name().isEmpty() ? type.getSimpleName() : a.name();
    String key = a.module().isEmpty() ? a.pkg() + ">" + name : a.module() + "." + name;
    NAMES.put(type, key);
    return key;
  }

  /** Whether {@link #nameOf} has a name for a class. */
  static boolean isNamed(Class<?> type) {
    return NAMES.containsKey(type) || type.isAnnotationPresent(KerasSerializable.class);
  }

  /** {@code keras.layers.Dense} of a built-in class, {@code package>Name} of a custom one. */
  public static String nameOf(Class<?> type) {
    String n = NAMES.get(type);
    if (n != null) {
      return n;
    }
    KerasSerializable a = type.getAnnotation(KerasSerializable.class);
    if (a == null) {
      throw new IllegalArgumentException(
          type.getName() + " cannot be saved: it is neither annotated with @KerasSerializable"
              + " nor registered with Registry.register");
    }
    return key(type, a);
  }

  /** The class registered under a name of {@link #nameOf}, or null. */
  public static @Nullable Class<?> find(String name) {
    load();
    Listed listed = BY_NAME.get(name);
    return listed == null ? null : listed.type();
  }

  /** All registered names, aliases among them, in order. */
  public static SortedSet<String> registeredNames() {
    load();
    return new TreeSet<>(BY_NAME.keySet());
  }

  /** All registered names, aliases among them, and classes, each of which it loads. */
  public static Map<String, Class<?>> all() {
    load();
    Map<String, Class<?>> all = new TreeMap<>();
    BY_NAME.forEach((name, listed) -> all.put(name, listed.type()));
    return all;
  }

  /** Reads the lists of registered classes, if that is still due; the first question for a class does so too. */
  public static void load() {
    if (!indexed) {
      index();
    }
  }

  private static synchronized void index() {
    if (indexed) {
      return;
    }
    read(Registry.class.getClassLoader());
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context != null && context != Registry.class.getClassLoader()) {
      read(context);
    }
    BY_SHORT_NAME.clear();
    indexed = true;
  }

  private static void read(ClassLoader loader) {
    for (SerializableClasses list : ServiceLoader.load(SerializableClasses.class, loader)) {
      Lookups.give(list.lookup());
      SerializableClasses.Names names =
          list.getClass().getAnnotation(SerializableClasses.Names.class);
      if (names != null) {
        read(names, list.getClass().getClassLoader());
      }
    }
  }

  private static void read(SerializableClasses.Names names, @Nullable ClassLoader loader) {
    String[] classes = names.value();
    String[] configNames = names.configNames();
    for (int i = 0; i < classes.length; i++) {
      Listed listed = new Listed(classes[i], loader);
      if (configNames.length == classes.length) {
        for (String name : configNames[i].split("\\|", -1)) {
          BY_NAME.putIfAbsent(name, listed);
        }
      } else { // a list of an earlier processor
        KerasSerializable a = listed.type().getAnnotation(KerasSerializable.class);
        if (a != null) {
          BY_NAME.putIfAbsent(key(listed.type(), a), listed);
          for (String alias : a.aliases()) {
            BY_NAME.putIfAbsent(alias, listed);
          }
        }
      }
    }
  }

  /**
   * The object that an identifier means: null and objects stand for themselves, a name for a fresh object
   * of the class of a module, in Keras's snake case or as the class is called, a map for a config.
   *
   * @throws IllegalArgumentException if there is no such class, listing what there is
   */
  public static <T> @Nullable T resolve(String module, Class<T> kind, @Nullable Object identifier) {
    if (identifier == null || kind.isInstance(identifier)) {
      return kind.cast(identifier);
    }
    Object o = null;
    if (identifier instanceof Map<?, ?> m) {
      o = Serializer.deserialize(within(module, m));
    } else if (identifier instanceof String s) {
      Class<?> c = CustomObjects.find(s);
      if (c == null) {
        c = find(module + "." + s);
      }
      if (c == null) {
        c = find(s);
      }
      if (c == null) {
        c = shortNamed(kind, s);
      }
      if (c == null) {
        throw unknown(kind, s, names(kind).stream().map(Names::snakeCase).toList());
      }
      o = instantiate(c);
    }
    if (!kind.isInstance(o)) {
      throw new IllegalArgumentException(
          "Expected a " + kind.getSimpleName() + ", its name or its config, got "
              + (o == null
                  ? identifier.getClass().getName() + " " + identifier
                  : o.getClass().getName()));
    }
    return kind.cast(o);
  }

  /** The first class of a kind whose name without its module is this, or is this in snake case. */
  private static @Nullable Class<?> shortNamed(Class<?> kind, String s) {
    ShortName name = new ShortName(kind, s);
    Class<?> known = BY_SHORT_NAME.get(name);
    if (known != null) {
      return known;
    }
    Class<?> found =
        firstOf(kind, last -> last.equals(s) || Names.snakeCase(last).equals(s));
    if (found != null) {
      BY_SHORT_NAME.put(name, found);
    }
    return found;
  }

  /**
   * The first class of a kind, in the order of names, whose name without its module or package serves.
   *
   * @param kind what the class must be
   * @param name whether a name such as {@code Dense} is the one that is looked for
   * @return the class; null if there is none
   */
  public static @Nullable Class<?> firstOf(Class<?> kind, Predicate<String> name) {
    for (String key : registeredNames()) {
      if (name.test(key.substring(key.lastIndexOf(key.indexOf('>') >= 0 ? '>' : '.') + 1))) {
        Class<?> c = find(key);
        if (c != null && kind.isAssignableFrom(c)) {
          return c;
        }
      }
    }
    return null;
  }

  // configs of Keras 2 name classes without their module
  private static Map<?, ?> within(String module, Map<?, ?> config) {
    if (config.get("module") != null
        || config.get("registered_name") != null
        || !(config.get("class_name") instanceof String s)
        || !config.containsKey("config")) {
      return config;
    }
    Map<Object, @Nullable Object> out = new LinkedHashMap<>(config);
    for (String key : registeredNames()) {
      if (key.equalsIgnoreCase(module + "." + s)) {
        out.put("class_name", key.substring(module.length() + 1));
      }
    }
    out.put("module", module);
    return out;
  }

  /**
   * What to throw where a name means no class of a kind.
   *
   * @param known the names there are
   * @return what to throw
   */
  public static IllegalArgumentException unknown(
      Class<?> kind, String name, Collection<String> known) {
    String what = Names.snakeCase(kind.getSimpleName()).replace('_', ' ');
    return new IllegalArgumentException(
        known.isEmpty()
            ? "Unknown " + what + " '" + name
                + "', and no other class of this kind is registered either: in one jar made of"
                + " several the files of META-INF/services must be merged"
                + " (ServicesResourceTransformer of maven-shade-plugin)"
            : Spelling.unknown(what, name, known));
  }

  /** The simple names of the registered classes of a kind, each once, sorted. */
  public static Collection<String> names(Class<?> kind) {
    TreeSet<String> out = new TreeSet<>();
    for (Class<?> c : all().values()) {
      if (kind.isAssignableFrom(c)) {
        String name = nameOf(c);
        out.add(name.substring(name.lastIndexOf(name.indexOf('>') >= 0 ? '>' : '.') + 1));
      }
    }
    return out;
  }

  /** A fresh object by the no-argument constructor, whatever its access. */
  public static Object instantiate(Class<?> type) {
    MethodHandle constructor = constructor(type);
    try {
      return constructor.invoke();
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      throw Failures.inPlaceOf(
          e,
          new IllegalArgumentException(
              "Cannot make a " + type.getName() + ": " + e.getMessage(), e.getCause()));
    }
  }

  private static MethodHandle constructor(Class<?> type) {
    if (type.getModule().isNamed()) {
      load(); // its list gives access to it
    }
    try {
      return Lookups.in(type).findConstructor(type, MethodType.methodType(void.class));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw new IllegalArgumentException(
          type.getName()
              + " needs a no-argument constructor (private will do) to be made from a config",
          e);
    }
  }
}
