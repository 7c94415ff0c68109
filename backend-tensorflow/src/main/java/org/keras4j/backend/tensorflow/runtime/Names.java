package org.keras4j.backend.tensorflow.runtime;

import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.BytePointer;

/**
 * Strings in native memory, each made once and kept: names of operations, attributes and functions,
 * which every call hands to the C API.
 */
public final class Names {
  private static final ConcurrentHashMap<String, BytePointer> INTERNED = new ConcurrentHashMap<>();

  private Names() {}

  /** The zero-terminated string; its limit does not count the zero. */
  public static BytePointer of(String text) {
    BytePointer p = INTERNED.get(text);
    return p != null ? p : INTERNED.computeIfAbsent(text, t -> new BytePointer(t));
  }

  /** Forgets a name that will not be asked for again. */
  static void forget(String text) {
    INTERNED.remove(text);
  }
}
