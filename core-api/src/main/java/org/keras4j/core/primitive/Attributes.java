package org.keras4j.core.primitive;

import java.util.Map;
import java.util.TreeMap;

/**
 * Named settings of a composite: booleans, longs, doubles, strings, and lists of them; equality is by
 * value.
 */
public final class Attributes {
  public static final Attributes NONE = new Attributes(Map.of());

  private final Map<String, Object> values;

  private Attributes(Map<String, Object> values) {
    this.values = values;
  }

  /** One attribute. */
  public static <A> Attributes of(AttributeKey<A> key, A value) {
    return named(key.name(), value);
  }

  /** Two attributes. */
  public static <A, B> Attributes of(AttributeKey<A> k, A a, AttributeKey<B> l, B b) {
    return named(k.name(), a, l.name(), b);
  }

  /** Three attributes. */
  public static <A, B, C> Attributes of(
      AttributeKey<A> k, A a, AttributeKey<B> l, B b, AttributeKey<C> m, C c) {
    return named(k.name(), a, l.name(), b, m.name(), c);
  }

  /** Four attributes. */
  public static <A, B, C, D> Attributes of(
      AttributeKey<A> k,
      A a,
      AttributeKey<B> l,
      B b,
      AttributeKey<C> m,
      C c,
      AttributeKey<D> n,
      D d) {
    return named(k.name(), a, l.name(), b, m.name(), c, n.name(), d);
  }

  /** Alternating names and values, where the names are known while the program runs only. */
  public static Attributes named(Object... namesAndValues) {
    Map<String, Object> m = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object v = namesAndValues[i + 1];
      if (v instanceof Integer n) {
        v = (long) n;
      } else if (v instanceof Float f) {
        v = (double) f;
      }
      m.put((String) namesAndValues[i], v);
    }
    return new Attributes(m);
  }

  /**
   * The value of an attribute.
   *
   * @throws IllegalArgumentException if there is none
   */
  public <T> T get(AttributeKey<T> key) {
    Object v = get(key.name());
    if (key.type() == Integer.class) {
      return key.type().cast(Math.toIntExact((Long) v));
    }
    return key.type().cast(key.type() == Double.class ? (Object) ((Number) v).doubleValue() : v);
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public boolean getBoolean(String name) {
    return (Boolean) get(name);
  }

  public long getLong(String name) {
    return (Long) get(name);
  }

  public int getInt(String name) {
    return Math.toIntExact(getLong(name));
  }

  public double getDouble(String name) {
    return ((Number) get(name)).doubleValue();
  }

  public String getString(String name) {
    return (String) get(name);
  }

  public Object get(String name) {
    Object v = values.get(name);
    if (v == null) {
      throw new IllegalArgumentException("No attribute '" + name + "' among " + values.keySet());
    }
    return v;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Attributes a && values.equals(a.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
