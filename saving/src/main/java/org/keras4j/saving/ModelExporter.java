package org.keras4j.saving;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.keras4j.core.spi.GraphFormat;
import org.keras4j.models.Model;

/** Writes a model's inference function in a framework's own format; found by {@link ServiceLoader}. */
public interface ModelExporter {
  /** The format's name, {@code "stablehlo"} for instance. */
  String format();

  /** Writes the model to a file or folder. */
  void export(Model model, Path target);

  /** An exporter that writes a model's inference function in a format. */
  static ModelExporter of(GraphFormat format) {
    return new GraphExporter(format);
  }

  /**
   * The exporter of a format.
   *
   * @throws IllegalArgumentException if there is none on the class path, listing those there are
   */
  static ModelExporter find(String format) {
    List<String> known = new ArrayList<>();
    for (ModelExporter e :
        ServiceLoader.load(ModelExporter.class, ModelExporter.class.getClassLoader())) {
      if (e.format().equals(format)) {
        return e;
      }
      known.add(e.format());
    }
    for (GraphFormat f :
        ServiceLoader.load(GraphFormat.class, ModelExporter.class.getClassLoader())) {
      if (f.name().equals(format)) {
        return new GraphExporter(f);
      }
      known.add(f.name());
    }
    throw new IllegalArgumentException(
        "No exporter for the format '" + format + "' is on the class path, which has " + known);
  }
}
