package org.keras4j.saving;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.keras4j.models.Model;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of {@link Model#save}, {@link Model#load} and their relatives. */
public final class KerasFiles implements Model.Files {
  private static final Logger LOG = LoggerFactory.getLogger(KerasFiles.class);

  /** Called by {@link java.util.ServiceLoader}. */
  public KerasFiles() {}

  @Override
  public void save(Model model, Path file) {
    if (!file.toString().endsWith(".keras")) {
      throw new ModelFileException(file, "a model is saved under a name ending in .keras");
    }
    replace(file, temporary -> KerasArchive.write(model, temporary));
  }

  @Override
  public Model load(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ModelFileException(file, "there is no such file");
    }
    return KerasArchive.read(file);
  }

  @Override
  public void saveWeights(Model model, Path file) {
    weightsName(file);
    if (!model.isBuilt()) {
      throw new IllegalStateException(
          "Model '" + model.name() + "' is not built yet, so it has no weights to save");
    }
    replace(file, temporary -> WeightsFile.write(model, temporary, true));
  }

  static void warnOfOptimizer(Path file, String problem) {
    LOG.warn(
        "'{}': its optimizer state is not that of the model's optimizer, which stays as it is: {}",
        file,
        problem);
  }

  @Override
  public void loadWeights(Model model, Path file, boolean withOptimizer) {
    weightsName(file);
    if (!Files.isRegularFile(file)) {
      throw new ModelFileException(file, "there is no such file");
    }
    if (!model.isBuilt()) {
      throw new IllegalStateException("Model '" + model.name()
          + "' must be built before weights are loaded, by a call or" + " buildFor(shape)");
    }
    Path copy = null;
    try {
      if (!OpaqueTypes.find(file).isEmpty()) {
        copy = Files.createTempFile("keras4j", ".h5");
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        OpaqueTypes.declareReadable(copy);
      }
      WeightsFile.read(
          model,
          copy == null ? file : copy,
          file,
          path -> Map.of(),
          withOptimizer ? problem -> warnOfOptimizer(file, problem) : null);
    } catch (IOException e) {
      throw new ModelFileException(file, "cannot be read: " + e.getMessage(), e);
    } finally {
      if (copy != null) {
        copy.toFile().delete();
      }
    }
  }

  private static void weightsName(Path file) {
    if (!file.toString().endsWith(".weights.h5")) {
      throw new ModelFileException(file, "weights have a name ending in .weights.h5");
    }
  }

  @Override
  public void export(Model model, Path target, String format) {
    ModelExporter.find(format).export(model, target);
  }

  /** Writes a file. */
  interface Writer {
    void write(Path to) throws IOException;
  }

  /** Writes beside the target and renames, so that the target is old or new, never half. */
  static void replace(Path file, Writer writer) {
    Path absolute = file.toAbsolutePath();
    Path temporary = null;
    try {
      Path folder = absolute.getParent();
      Files.createDirectories(folder);
      temporary = Files.createTempFile(folder, "." + file.getFileName(), ".tmp");
      writer.write(temporary);
      try {
        Files.move(
            temporary,
            absolute,
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, absolute, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new ModelFileException(file, "cannot be written: " + e.getMessage(), e);
    } finally {
      if (temporary != null && temporary.toFile().exists()) {
        temporary.toFile().delete(); // only after a failure, which is already on its way
      }
    }
  }
}
