package org.keras4j.tck.pages;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.layers.Layer;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.saving.KerasFiles;
import org.keras4j.training.Trainer;

/** The public classes of the library by the names that Keras has for them. */
final class JavaClasses {
  private static final Map<String, List<Class<?>>> OURS = PublicClasses.of(
      Keras.class,
      Ops.class,
      Layer.class,
      Trainer.class,
      Model.class,
      KerasFiles.class,
      applications());

  private JavaClasses() {}

  // the kit itself does without that module
  private static Class<?> applications() {
    try {
      return Class.forName("org.keras4j.applications.Application");
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("Pages are made with keras4j-applications at hand", e);
    }
  }

  /** The class of this simple name; of several the one whose package is that of Keras's namespace, {@code layers}. */
  static @Nullable Class<?> find(String namespace, String name) {
    List<Class<?>> found = OURS.getOrDefault(name, List.of());
    if (found.size() < 2) {
      return found.isEmpty() ? null : found.get(0);
    }
    String room = namespace.substring(namespace.lastIndexOf('.') + 1);
    for (Class<?> c : found) {
      if (c.getPackageName().contains("." + room)
          && (!room.equals("layers") || !c.getPackageName().endsWith(".initializers"))) {
        return c;
      }
    }
    return found.get(0);
  }
}
