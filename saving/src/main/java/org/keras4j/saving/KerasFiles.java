package org.keras4j.saving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.io.FileBytes;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.core.serialization.CustomObjects;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.Layer;
import org.keras4j.models.Load;
import org.keras4j.models.LoadWeights;
import org.keras4j.models.Model;
import org.keras4j.models.Save;
import org.keras4j.models.SaveWeights;
import org.keras4j.saving.internal.hdf5.H5Group;
import org.keras4j.saving.internal.hdf5.H5Reader;
import org.keras4j.saving.internal.hdf5.H5Writer;

/** The files of {@link Model#save}, {@link Model#load} and their relatives. */
public final class KerasFiles implements Model.Files {
  private static final Log LOG = Log.of(KerasFiles.class);

  private static final String ARCHIVE = ".keras";
  private static final String SINGLE = ".weights.h5";
  private static final String SHARDED = ".weights.json";

  /** Called by {@link java.util.ServiceLoader}. */
  public KerasFiles() {}

  @Override
  public void save(Model model, Path file, Save options) {
    if (options.isZipped() && LegacyFile.isNamed(file)) {
      requireRoom(file, options.isOverwriting());
      requireWeights(model);
      H5Writer h5 = LegacyFile.of(model);
      write(file, () -> AtomicFile.write(file, h5::write));
      return;
    }
    boolean named = file.toString().endsWith(".keras");
    if (options.isZipped() && !named) {
      throw new ModelFileException(file, "a model is saved under a name ending in .keras or .h5");
    }
    if (!options.isZipped() && named) {
      throw new ModelFileException(
          file, "a model that is not zipped is a folder, whose name does not end in .keras");
    }
    requireRoom(file, options.isOverwriting());
    if (options.isZipped()) {
      write(file, () -> AtomicFile.write(file, out -> KerasArchive.write(model, out)));
    } else {
      write(file, () -> KerasArchive.writeFolder(model, file));
    }
  }

  private static void requireRoom(Path file, boolean overwrite) {
    if (!overwrite && Files.exists(file)) {
      throw new ModelFileException(file, "it exists already, and is not to be overwritten");
    }
  }

  @Override
  public Model load(Path file, Load options) {
    if (!KerasArchive.isModelFolder(file)) {
      requireFile(file, "a model is loaded from");
    }
    return read(
        file,
        () -> LegacyFile.isNamed(file)
            ? LegacyFile.read(file, options)
            : LayersModel.isNamed(file)
                ? LayersModel.read(file, options)
                : KerasArchive.read(Model.class, file, options));
  }

  @Override
  public void saveLayer(Layer layer, Path file, Save options) {
    if (!file.toString().endsWith(ARCHIVE)) {
      throw new ModelFileException(file, "a layer is saved under a name ending in .keras");
    }
    requireRoom(file, options.isOverwriting());
    write(file, () -> AtomicFile.write(file, out -> KerasArchive.write(layer, out)));
  }

  @Override
  public <L extends Layer> L loadLayer(Class<L> type, Path file, Load options) {
    if (!KerasArchive.isModelFolder(file)) {
      requireFile(file, "a layer is loaded from");
    }
    return read(file, () -> KerasArchive.read(type, file, options));
  }

  @Override
  public String toJson(Model model) {
    return Json.write(Serializer.serialize(model));
  }

  @Override
  public Model fromJson(String json, Load options) {
    Map<Object, Object> config = new LinkedHashMap<>(
        Json.readObject(json.getBytes(StandardCharsets.UTF_8), options.limits()));
    if (!options.isCompiling()) {
      config.remove("compile_config");
    }
    Object made = CustomObjects.with(options.customObjects(), () -> Serializer.deserialize(config));
    if (made instanceof Model model) {
      return model;
    }
    throw new IllegalArgumentException("Model.fromJson: the text describes "
        + (made == null ? "nothing" : "a " + made.getClass().getSimpleName())
        + ", which is no model");
  }

  @Override
  public void saveWeights(Model model, Path file, SaveWeights options) {
    Double most = options.maxShardSize();
    if (most == null && LegacyFile.isNamed(file)) {
      requireRoom(file, options.isOverwriting());
      requireWeights(model);
      write(file, () -> AtomicFile.write(file, LegacyFile.weightsOf(model)::write));
      return;
    }
    weightsName(file, most == null ? SINGLE : SHARDED);
    requireRoom(file, options.isOverwriting());
    requireWeights(model);
    if (most == null) {
      write(file, () -> AtomicFile.write(file, WeightsFile.of(model)::write));
    } else {
      write(file, () -> Shards.write(model, file, most));
    }
  }

  @Override
  public void saveTraining(Model model, Path file, Map<String, Object> state) {
    requireWeights(model);
    H5Writer h5 = WeightsFile.of(model);
    TrainingGroup.write(h5, state);
    write(file, () -> AtomicFile.write(file, h5::write));
  }

  @Override
  public Model.Snapshot snapshot(
      Model model, @Nullable Map<String, Object> state, @Nullable Double maxShardSize) {
    requireWeights(model);
    try {
      return KerasArchive.snapshot(model, state, maxShardSize);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireWeights(Model model) {
    if (!model.isBuilt()) {
      throw new IllegalStateException(
          "Model '" + model.name() + "' is not built yet, so it has no weights to save");
    }
  }

  static void warnOfOptimizer(Path file, String problem) {
    LOG.warn("'" + file
        + "': its optimizer state is not that of the model's optimizer, which stays as it is: "
        + problem);
  }

  @Override
  public void loadWeights(Model model, Path file, LoadWeights options) {
    if (LegacyFile.isNamed(file)) {
      requireFile(file, "weights are loaded from");
      requireBuilt(model);
      read(file, () -> LegacyFile.readWeights(model, file, options));
      return;
    }
    if (options.isByName()) {
      throw new IllegalArgumentException(
          "loadWeights: byName is for the older layout, of .h5 and .hdf5 files, not for " + file);
    }
    weightsName(file, SINGLE, SHARDED, ARCHIVE);
    if (!file.toString().endsWith(ARCHIVE) || !KerasArchive.isModelFolder(file)) {
      requireFile(file, "weights are loaded from");
    }
    requireBuilt(model);
    List<String> skipped = new ArrayList<>();
    WeightsFile.Wanted wanted = new WeightsFile.Wanted(
        options.isWithOptimizer() ? problem -> warnOfOptimizer(file, problem) : null,
        options.isSkippingMismatch() ? (name, problem) -> skipped.add(problem) : null,
        options.objectsToSkip());
    read(file, () -> {
      readWeights(model, file, options.limits(), wanted);
      return model;
    });
    if (!skipped.isEmpty()) {
      LOG.warn("'" + file + "': " + skipped.size()
          + " layers keep their weights, as the file's do not fit: " + String.join("; ", skipped));
    }
  }

  private static void readWeights(
      Model model, Path file, ReadLimits limits, WeightsFile.Wanted wanted) throws IOException {
    if (file.toString().endsWith(ARCHIVE)) {
      KerasArchive.readWeights(model, file, limits, wanted);
      return;
    }
    try {
      if (file.toString().endsWith(SHARDED)) {
        try (Shards shards = Shards.open(file, limits)) {
          WeightsFile.read(model, shards, path -> Map.of(), wanted);
        }
      } else {
        try (FileBytes bytes = FileBytes.open(file)) {
          WeightSource source = new WeightSource.File(H5Reader.open(bytes, limits));
          WeightsFile.read(model, source, path -> Map.of(), wanted);
        }
      }
    } catch (FileFormatException e) {
      throw Failures.inPlaceOf(
          e,
          new FileFormatException("its weights cannot be read: " + e.getMessage(), e.getCause()));
    }
  }

  @Override
  public @Nullable Map<String, Object> loadTraining(Model model, Path file) throws IOException {
    requireBuilt(model);
    ReadLimits limits = ReadLimits.defaults();
    WeightsFile.Wanted all = WeightsFile.Wanted.all(problem -> {
      throw new ModelFileException(
          file, "its optimizer state is not that of the model's optimizer: " + problem);
    });
    try {
      if (file.toString().endsWith(SHARDED)) {
        try (Shards shards = Shards.open(file, limits)) {
          Map<String, Object> state = TrainingGroup.read(shards.first(), limits);
          WeightsFile.read(model, shards, path -> Map.of(), all);
          return state;
        }
      }
      try (FileBytes bytes = FileBytes.open(file)) {
        H5Group root = H5Reader.open(bytes, limits);
        Map<String, Object> state = TrainingGroup.read(root, limits);
        WeightsFile.read(model, new WeightSource.File(root), path -> Map.of(), all);
        return state;
      }
    } catch (WeightsFile.UnfitException e) {
      throw Failures.inPlaceOf(
          e, new ModelFileException(file, String.valueOf(e.getMessage()), e.getCause()));
    } catch (ModelFileException e) {
      throw e;
    } catch (RuntimeException e) {
      throw Failures.inPlaceOf(
          e,
          new FileFormatException(
              "'" + file + "' cannot be read: " + Failures.said(e), Failures.cause(e)));
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

  private static void weightsName(Path file, String... endings) {
    if (Stream.of(endings).noneMatch(file.toString()::endsWith)) {
      throw new ModelFileException(
          file,
          "weights have a name ending in " + String.join(" or ", endings)
              + ", or in .h5 for the older layout");
    }
  }

  @Override
  public void export(Model model, Path target, String format) {
    ModelExporter.find(format).export(model, target);
  }

  private interface Reading<T> {
    T run() throws IOException;
  }

  private static <T> T read(Path file, Reading<T> reading) {
    try {
      return reading.run();
    } catch (FileFormatException e) {
      throw Failures.inPlaceOf(
          e, new ModelFileException(file, String.valueOf(e.getMessage()), e.getCause()));
    } catch (IOException e) {
      throw Failures.inPlaceOf(
          e, new ModelFileException(file, "cannot be read: " + Failures.reason(e), e.getCause()));
    } catch (RuntimeException e) {
      throw Failures.inPlaceOf(
          e,
          new ModelFileException(
              file, "its weights cannot be read: " + Failures.said(e), Failures.cause(e)));
    }
  }

  private interface Writing {
    void run() throws IOException;
  }

  private static void write(Path file, Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      throw Failures.inPlaceOf(
          e,
          new ModelFileException(file, "cannot be written: " + Failures.reason(e), e.getCause()));
    }
  }
}
