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
   * private. No entry may be lost: each is acted on, or refused by its name. {@link Serializer} refuses those
   * that {@link #getConfig} then does not give back and {@link #readsConfigKey} does not claim.
   *
   * @param config values deserialized already: objects, where the file has configs of objects
   * @throws IllegalArgumentException if an entry is unknown, listing those that are known, or its value is not
   *     one that the object can have
   */
  default void setConfig(Map<String, Object> config) {
    ConfigFields.write(this, config);
  }

  /**
   * Whether {@link #setConfig} reads an entry that no field stands for: one that {@link #getConfig} gives in some
   * cases only, or one of older files that goes by another name now.
   */
  default boolean readsConfigKey(String key) {
    return false;
  }
}
