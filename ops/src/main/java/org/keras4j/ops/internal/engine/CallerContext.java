package org.keras4j.ops.internal.engine;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Names;
import org.keras4j.core.serialization.CustomObjects;
import org.keras4j.core.spi.Backend;

/**
 * What is in force on a thread where a call begins and holds for all that is done for it, on whichever thread: custom
 * objects, the scope of names, and the backend of new tensors. Scopes of tensors and of traces are not among these:
 * they belong to one thread.
 */
public final class CallerContext {
  private final Map<String, Class<?>> customObjects = CustomObjects.current();
  private final String path = Names.path();
  private final @Nullable Backend backend = Engine.preferred();

  private CallerContext() {}

  /** What is in force on this thread. */
  public static CallerContext capture() {
    return new CallerContext();
  }

  /** Runs with it, on another thread. */
  public <R extends @Nullable Object> R run(Supplier<R> body) {
    Supplier<R> named = path.isEmpty() ? body : () -> Names.in(path, body);
    return CustomObjects.with(customObjects, () -> Engine.on(backend, named));
  }
}
