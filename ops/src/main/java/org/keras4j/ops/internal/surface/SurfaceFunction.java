package org.keras4j.ops.internal.surface;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasName;

/** A function of Keras, and the Java method that it is. */
public final class SurfaceFunction {
  private final String name;
  private final Signature signature;
  private final Method method;
  private @Nullable SurfaceFunction extended;
  // what is called where the last arguments are None, and gives something else then
  private @Nullable Method shorter;

  private SurfaceFunction(String name, Signature signature, Method method) {
    this.name = name;
    this.signature = signature;
    this.method = method;
  }

  /**
   * The function, if the method has just the parameters of the signature, under their names. Where the
   * signature takes any further named arguments, those that the method has besides are such.
   */
  static @Nullable SurfaceFunction of(String name, Signature signature, Method method) {
    List<Signature.Parameter> keras = signature.named();
    java.lang.reflect.Parameter[] java = method.getParameters();
    boolean more = signature.takesOptions() && java.length > keras.size();
    if (keras.size() != java.length && !more) {
      return null;
    }
    for (int i = 0; i < keras.size(); i++) {
      KerasName n = java[i].getAnnotation(KerasName.class);
      boolean same = n != null
          ? n.value().equals(keras.get(i).name())
          : java[i].getName().equals(camel(keras.get(i).name()));
      if (!same) {
        return null;
      }
    }
    return new SurfaceFunction(name, signature, method);
  }

  /**
   * The function with options: where Keras takes further named arguments ({@code **kwargs}), a method may
   * have them as parameters after the others.
   */
  static @Nullable SurfaceFunction withOptions(String name, Signature signature, Method method) {
    List<Signature.Parameter> all = new ArrayList<>(signature.named());
    boolean open = all.size() < signature.parameters().size();
    java.lang.reflect.Parameter[] java = method.getParameters();
    if (!open || java.length <= all.size() || signature.takesAllIn(java[all.size()])) {
      return null;
    }
    for (int i = all.size(); i < java.length; i++) {
      KerasName n = java[i].getAnnotation(KerasName.class);
      String option = n != null ? n.value() : Surface.snake(java[i].getName());
      all.add(new Signature.Parameter(option, Signature.Kind.NAMED, true, null));
    }
    return of(name, new Signature(all), method);
  }

  void extend(SurfaceFunction options) {
    this.extended = options;
  }

  /**
   * Notes an overload that is called where all arguments that it lacks are None: one that takes the first of
   * the parameters, and gives something else.
   */
  void shorten(Method other) {
    Class<?>[] few = other.getParameterTypes();
    Class<?>[] all = method.getParameterTypes();
    Class<?> result = method.getReturnType();
    if (few.length < all.length
        && Arrays.equals(few, Arrays.copyOf(all, few.length))
        && !result.isAssignableFrom(other.getReturnType())
        && !other.getReturnType().isAssignableFrom(result)) {
      other.setAccessible(true);
      shorter = other;
    }
  }

  /** {@code expand_dims} to {@code expandDims}, {@code N} to {@code n}. */
  static String camel(String snake) {
    StringBuilder b = new StringBuilder();
    boolean up = false;
    for (char c : snake.toCharArray()) {
      if (c == '_') {
        up = b.length() > 0;
      } else {
        b.append(up ? Character.toUpperCase(c) : b.length() == 0 ? Character.toLowerCase(c) : c);
        up = false;
      }
    }
    return b.toString();
  }

  /** Keras's canonical name. */
  public String name() {
    return name;
  }

  public Signature signature() {
    return signature;
  }

  /** The Java method with all parameters. */
  public Method method() {
    return method;
  }

  /**
   * Calls it as Python does.
   *
   * @param args positional arguments
   * @param kwargs arguments by Keras's names
   * @throws IllegalArgumentException if they do not fit the signature
   */
  public @Nullable Object call(List<?> args, Map<String, ?> kwargs) {
    if (extended != null && !names().containsAll(kwargs.keySet())) {
      return extended.call(args, kwargs);
    }
    Object[] values = bind(args, kwargs);
    Method called = method;
    if (shorter != null) {
      int few = shorter.getParameterCount();
      if (Arrays.stream(values).skip(few).allMatch(v -> v == null)) {
        called = shorter;
        values = Arrays.copyOf(values, few);
      }
    }
    try {
      return called.invoke(null, values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException r) {
        throw r;
      } else if (e.getCause() instanceof Error r) {
        throw r;
      }
      throw new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> names() {
    return signature.named().stream().map(Signature.Parameter::name).toList();
  }

  private @Nullable Object[] bind(List<?> args, Map<String, ?> kwargs) {
    List<Signature.Parameter> parameters = signature.named();
    Map<String, @Nullable Object> named = new LinkedHashMap<>(kwargs);
    Object[] values = new Object[method.getParameterCount()];
    int next = 0;
    for (int i = 0; i < parameters.size(); i++) {
      Signature.Parameter p = parameters.get(i);
      Object v;
      if (p.kind() == Signature.Kind.REST) {
        v = new ArrayList<>(args.subList(Math.min(next, args.size()), args.size()));
        next = args.size();
      } else if (p.kind() == Signature.Kind.PLAIN && next < args.size()) {
        if (named.containsKey(p.name())) {
          throw new IllegalArgumentException(name + ": argument '" + p.name() + "' is given twice");
        }
        v = args.get(next++);
      } else if (named.containsKey(p.name())) {
        v = named.remove(p.name());
      } else if (!p.required()) {
        v = p.value();
      } else {
        throw new IllegalArgumentException(name + ": argument '" + p.name() + "' is missing");
      }
      values[i] = Conversion.to(name, p.name(), v, method.getParameterTypes()[i]);
    }
    for (int i = parameters.size(); i < values.length; i++) {
      java.lang.reflect.Parameter p = method.getParameters()[i];
      if (signature.takesAllIn(p)) {
        values[i] = new LinkedHashMap<>(named);
        named.clear();
        continue;
      }
      Object v = named.remove(Surface.snake(p.getName()));
      values[i] = v == null && p.getType() == boolean.class
          ? false
          : Conversion.to(name, p.getName(), v, p.getType());
    }
    if (next < args.size()) {
      throw new IllegalArgumentException(
          name + ": takes " + next + " positional arguments, got " + args.size());
    }
    if (!named.isEmpty()) {
      throw new IllegalArgumentException(name + ": unknown arguments " + named.keySet());
    }
    return values;
  }

  /** Keras's name, and the Java method with its parameters. */
  @Override
  public String toString() {
    return name + " = " + method;
  }
}
