package org.keras4j.hub.weights;

import java.util.Collection;
import java.util.List;

/** What is said of names that a source does not have. */
final class UnknownNames {
  private static final int MOST = 10;

  private UnknownNames() {}

  static IllegalArgumentException in(String source, String name, Collection<String> known) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    List<String> alike = known.stream().filter(k -> k.endsWith(last)).toList();
    return new IllegalArgumentException(
        source + " has no array '" + name + "'; it has " + some(alike.isEmpty() ? known : alike));
  }

  /** The first few of many names. */
  static String some(Collection<String> names) {
    String first = String.join(", ", names.stream().limit(MOST).toList());
    int more = names.size() - MOST;
    return names.isEmpty() ? "none" : more > 0 ? first + " and " + more + " more" : first;
  }
}
