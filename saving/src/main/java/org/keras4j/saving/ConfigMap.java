package org.keras4j.saving;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Named settings of a program of yours that can be frozen and written as JSON ({@code keras.utils.Config}): a map from names to
 * numbers, strings, booleans, lists and maps, in the order in which they were put. For settings known beforehand a {@code record}
 * is better.
 *
 * <pre>{@code
 * ConfigMap config = new ConfigMap(Map.of("rate", 0.1));
 * config.put("epochs", 3);
 * config.freeze();
 * String json = config.toJson();
 * }</pre>
 *
 * <p>Not for several threads at once.
 */
public final class ConfigMap extends AbstractMap<String, @Nullable Object> {
  private final Map<String, @Nullable Object> values = new LinkedHashMap<>();
  private boolean frozen;

  /** Without settings. */
  public ConfigMap() {}

  /** With a copy of these. */
  public ConfigMap(Map<String, ? extends @Nullable Object> settings) {
    values.putAll(settings);
  }

  /**
   * Allows no change from now on; {@link #put}, {@link #remove}, {@link #putAll} and {@link #clear} fail.
   *
   * @return these settings
   */
  public ConfigMap freeze() {
    frozen = true;
    return this;
  }

  /**
   * Allows changes again.
   *
   * @return these settings
   */
  public ConfigMap unfreeze() {
    frozen = false;
    return this;
  }

  /** Whether no change is allowed. */
  public boolean isFrozen() {
    return frozen;
  }

  /**
   * Sets one.
   *
   * @return what it was, null if it was not set
   * @throws IllegalStateException if the settings are frozen
   */
  @Override
  public @Nullable Object put(String name, @Nullable Object value) {
    requireThawed();
    return values.put(name, value);
  }

  private void requireThawed() {
    if (frozen) {
      throw new IllegalStateException(
          "The settings " + values.keySet() + " are frozen: unfreeze() allows changes again");
    }
  }

  @Override
  public Set<Entry<String, @Nullable Object>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, @Nullable Object>> iterator() {
        Iterator<Entry<String, @Nullable Object>> all = values.entrySet().iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return all.hasNext();
          }

          @Override
          public Entry<String, @Nullable Object> next() {
            Entry<String, @Nullable Object> e = all.next();
            return frozen ? new SimpleImmutableEntry<>(e) : e;
          }

          @Override
          public void remove() {
            requireThawed();
            all.remove();
          }
        };
      }

      @Override
      public int size() {
        return values.size();
      }

      @Override
      public void clear() {
        requireThawed();
        values.clear();
      }
    };
  }

  /** A copy that can be changed. */
  public Map<String, @Nullable Object> asMap() {
    return new LinkedHashMap<>(values);
  }

  /**
   * The settings as a JSON object.
   *
   * @throws IllegalArgumentException if one is nothing that JSON has
   */
  public String toJson() {
    return Json.write(values);
  }
}
