package org.keras4j.saving;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.spi.GraphFormat;
import org.keras4j.models.Model;

/** Hands a model's traced inference function to a format. */
final class GraphExporter implements ModelExporter {
  private final GraphFormat graphs;

  GraphExporter(GraphFormat graphs) {
    this.graphs = graphs;
  }

  /** What writes something to a file or folder. */
  interface Writing<T> {
    void write(T what, Path fresh) throws IOException;
  }

  @Override
  public String format() {
    return graphs.name();
  }

  @Override
  public void export(Model model, Path target) {
    write(target, () -> new TracedServing(model), graphs::write);
  }

  /** Writes what is traced to a file or folder that there is not yet, whole or not at all. */
  static <T> void write(Path target, Supplier<T> traced, Writing<? super T> writing) {
    if (Files.exists(target)) {
      throw new ModelFileException(target, "it exists already; an export makes it");
    }
    T what = traced.get();
    try {
      AtomicFile.writeNew(target, fresh -> writing.write(what, fresh));
    } catch (IOException e) {
      throw new ModelFileException(
          target,
          "it cannot be written: "
              + (e instanceof FileSystemException f ? f.getReason() : e.getMessage()),
          e);
    }
  }
}
