package org.keras4j.tck;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;

/**
 * A recorded call.
 *
 * @param category the file it is from, {@code "ops"}
 * @param record its members as JSON holds them
 * @param arrays its arrays by key, in their true dtypes
 */
public record Case(String category, Map<String, Object> record, Map<Integer, NDArray> arrays) {
  public String id() {
    return (String) record.get("id");
  }

  /** The canonical public name. */
  public String name() {
    return (String) record.get("name");
  }

  boolean has(String member) {
    return record.containsKey(member);
  }

  boolean flag(String member, boolean otherwise) {
    return record.get(member) instanceof Boolean b ? b : otherwise;
  }

  @Nullable
  Object get(String member) {
    return record.get(member);
  }

  List<?> list(String member) {
    return record.get(member) instanceof List<?> l ? l : List.of();
  }

  /** A member decoded, its arrays on the host. */
  @Nullable
  Object expected(String member) {
    return Codec.decode(record.get(member), arrays::get);
  }

  @Override
  public String toString() {
    return category + " " + name() + " " + id();
  }
}
