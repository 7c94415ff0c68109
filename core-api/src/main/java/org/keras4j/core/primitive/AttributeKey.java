package org.keras4j.core.primitive;

/**
 * An attribute of composites: its name, and the type of its values.
 *
 * @param name as {@link Attributes} and the documentation have it
 * @param type Boolean, Integer, Double or {@link LongList}
 */
public record AttributeKey<T>(String name, Class<T> type) {
  @Override
  public String toString() {
    return name;
  }
}
