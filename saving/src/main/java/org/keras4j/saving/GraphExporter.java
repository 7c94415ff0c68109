package org.keras4j.saving;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.spi.GraphFormat;
import org.keras4j.models.Model;

/** Hands a model's traced inference function to a format. */
final class GraphExporter implements ModelExporter {
  private final GraphFormat graphs;

  GraphExporter(GraphFormat graphs) {
    this.graphs = graphs;
  }

  @Override
  public String format() {
    return graphs.name();
  }

  @Override
  public void export(Model model, Path target) {
    if (Files.exists(target)) {
      throw new ModelFileException(target, "it exists already; an export makes it");
    }
    TracedServing serving = new TracedServing(model);
    try {
      AtomicFile.writeNew(target, fresh -> graphs.write(serving, fresh));
    } catch (IOException e) {
      throw new ModelFileException(
          target,
          "it cannot be written: "
              + (e instanceof FileSystemException f ? f.getReason() : e.getMessage()),
          e);
    }
  }
}
