package org.keras4j.saving;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.io.FileBytes;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.models.Model;
import org.keras4j.saving.internal.hdf5.H5Group;
import org.keras4j.saving.internal.hdf5.H5Reader;
import org.keras4j.saving.internal.hdf5.H5Writer;
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
    write(file, out -> KerasArchive.write(model, out));
  }

  @Override
  public Model load(Path file, ReadLimits limits) {
    requireFile(file, "a model is loaded from");
    return read(file, () -> KerasArchive.read(file, limits));
  }

  @Override
  public void saveWeights(Model model, Path file) {
    weightsName(file);
    write(file, weights(model)::write);
  }

  @Override
  public void saveTraining(Model model, Path file, Map<String, Object> state) {
    H5Writer h5 = weights(model);
    TrainingGroup.write(h5, state);
    write(file, h5::write);
  }

  private static H5Writer weights(Model model) {
    if (!model.isBuilt()) {
      throw new IllegalStateException(
          "Model '" + model.name() + "' is not built yet, so it has no weights to save");
    }
    return WeightsFile.of(model);
  }

  static void warnOfOptimizer(Path file, String problem) {
    LOG.warn(
        "'{}': its optimizer state is not that of the model's optimizer, which stays as it is: {}",
        file,
        problem);
  }

  @Override
  public void loadWeights(Model model, Path file, boolean withOptimizer, ReadLimits limits) {
    weightsName(file);
    requireFile(file, "weights are loaded from");
    requireBuilt(model);
    read(file, () -> {
      try (FileBytes bytes = FileBytes.open(file)) {
        WeightsFile.read(
            model,
            H5Reader.open(bytes, limits),
            path -> Map.of(),
            withOptimizer ? problem -> warnOfOptimizer(file, problem) : null);
      } catch (FileFormatException e) {
        throw new FileFormatException("its weights cannot be read: " + e.getMessage(), e);
      }
      return model;
    });
  }

  @Override
  public @Nullable Map<String, Object> loadTraining(Model model, Path file) throws IOException {
    requireBuilt(model);
    ReadLimits limits = ReadLimits.defaults();
    try (FileBytes bytes = FileBytes.open(file)) {
      H5Group root = H5Reader.open(bytes, limits);
      Map<String, Object> state = TrainingGroup.read(root, limits);
      WeightsFile.read(model, root, path -> Map.of(), problem -> {
        throw new ModelFileException(
            file, "its optimizer state is not that of the model's optimizer: " + problem);
      });
      return state;
    } catch (WeightsFile.UnfitException e) {
      throw new ModelFileException(file, e.getMessage(), e);
    } catch (ModelFileException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new FileFormatException("'" + file + "' cannot be read: " + e.getMessage(), e);
    }
  }

  private static void requireBuilt(Model model) {
    if (!model.isBuilt()) {
      throw new IllegalStateException("Model '" + model.name()
          + "' must be built before weights are loaded, by a call or" + " buildFor(shape)");
    }
  }

  private static void requireFile(Path file, String what) {
    if (Files.isDirectory(file)) {
      String found = Files.exists(file.resolve("saved_model.pb"))
          ? "a TensorFlow SavedModel, which the layer TFSMLayer runs"
          : Files.exists(file.resolve("config.json"))
              ? "an unpacked .keras archive: zip what is in it into one file"
              : "a folder";
      throw new ModelFileException(file, what + " one file; this is " + found);
    }
    if (!Files.exists(file)) {
      throw new ModelFileException(file, "there is no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelFileException(file, what + " a file; this is none");
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

  private interface Reading {
    Model run() throws IOException;
  }

  private static Model read(Path file, Reading reading) {
    try {
      return reading.run();
    } catch (FileFormatException e) {
      throw new ModelFileException(file, e.getMessage(), e);
    } catch (IOException e) {
      throw new ModelFileException(file, "cannot be read: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new ModelFileException(file, "its weights cannot be read: " + e.getMessage(), e);
    }
  }

  private static void write(Path file, AtomicFile.Body body) {
    try {
      AtomicFile.write(file, body);
    } catch (FileSystemException e) {
      throw new ModelFileException(file, "cannot be written: " + e.getReason(), e);
    } catch (IOException e) {
      throw new ModelFileException(file, "cannot be written: " + e.getMessage(), e);
    }
  }
}
