package org.keras4j.core.serialization;

import java.util.Map;

/**
 * An object that tells its config. The default gathers the fields marked {@link Config}, those of
 * superclasses first; a class whose config is more than its fields overrides both methods.
 *
 * <p>Values are what JSON holds (null, booleans, numbers, strings, lists, maps) or objects that are
 * {@code Configurable} themselves, a {@link org.keras4j.core.DType} or a {@link
 * org.keras4j.core.Shape}; {@link Serializer} turns those into JSON.
 */
public interface Configurable {
  /** The config, by Keras's names, in order. */
  default Map<String, Object> getConfig() {
    return ConfigFields.read(this);
  }

  /**
   * Takes over a config; called on an object fresh from its no-argument constructor, which may be
   * private. Keys with no field are ignored where {@link #ignoresConfigKey} says so, else an error.
   *
   * @param config values deserialized already: objects, where the file has configs of objects
   */
  default void setConfig(Map<String, Object> config) {
    ConfigFields.write(this, config);
  }

  /** Whether an entry that no field stands for is passed over silently. */
  default boolean ignoresConfigKey(String key) {
    return false;
  }
}
