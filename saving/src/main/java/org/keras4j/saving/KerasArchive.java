package org.keras4j.saving;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.ReadBudget;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.io.FileBytes;
import org.keras4j.core.internal.io.Part;
import org.keras4j.core.internal.io.ZipWriter;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.core.serialization.CustomObjects;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.SavedAssets;
import org.keras4j.models.Load;
import org.keras4j.models.Model;
import org.keras4j.saving.internal.hdf5.H5Reader;
import org.keras4j.saving.internal.hdf5.H5Writer;

/** The {@code .keras} archive: metadata, config, and weights with the optimizer's state. */
final class KerasArchive {
  private static final String METADATA = "metadata.json";
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.weights.h5";
  private static final String SHARDED = "model.weights.json";
  private static final String KERAS_VERSION = "3.15.1";

  private static final String ASSETS = "assets/";

  /** Weights may take so much memory besides a multiple of those in the file. */
  private static final long MEMORY_BESIDES = 64L << 20;

  private KerasArchive() {}

  /** Takes the parts of a model that is saved. */
  private interface Sink {
    void text(String name, String text) throws IOException;

    void weights(String name, H5Writer weights) throws IOException;
  }

  static void write(Layer model, Part out) throws IOException {
    ZipWriter zip = new ZipWriter(out);
    put(model, new Sink() {
      @Override
      public void text(String name, String text) throws IOException {
        zip.text(name, text);
      }

      @Override
      public void weights(String name, H5Writer weights) throws IOException {
        zip.entry(name, weights.size(), weights::write);
      }
    });
    zip.finish();
  }

  /** Writes the same as files of a folder; files of an older model that this one does not have go. */
  static void writeFolder(Layer model, Path folder) throws IOException {
    Map<Path, AtomicFile.Body> files = new LinkedHashMap<>();
    put(model, new Sink() {
      @Override
      public void text(String name, String text) {
        files.put(folder.resolve(name), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
      }

      @Override
      public void weights(String name, H5Writer weights) {
        files.put(folder.resolve(name), weights::write);
      }
    });
    AtomicFile.writeAll(files, () -> {});
    for (String name : new ModelParts.Folder(folder).names()) {
      if (name.startsWith(ASSETS) && !files.containsKey(folder.resolve(name))) {
        Files.delete(folder.resolve(name));
      }
    }
  }

  /**
   * A copy of a model that trains on, to be written as a folder later, by any thread.
   *
   * @param state what else the training is, which goes with the weights; null for weights without the optimizer's
   *     state, and without a config
   * @param gigabytes the most that one file of weights holds; null for one file alone
   */
  static Model.Snapshot snapshot(
      Model model, @Nullable Map<String, Object> state, @Nullable Double gigabytes)
      throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    if (state != null) {
      put(model, new Sink() {
        @Override
        public void text(String name, String text) {
          texts.put(name, text);
        }

        @Override
        public void weights(String name, H5Writer weights) {
          // those are copied
        }
      });
    }
    List<WeightsFile.Stored> copies = WeightsFile.copied(model, state != null);
    Consumer<H5Writer> besides = h5 -> {
      if (state != null) {
        TrainingGroup.write(h5, state);
      }
    };
    return folder -> {
      Files.createDirectories(folder);
      for (Map.Entry<String, String> e : texts.entrySet()) {
        Path file = folder.resolve(e.getKey());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        AtomicFile.writeString(file, e.getValue());
      }
      if (gigabytes != null) {
        Shards.write(copies, folder.resolve(SHARDED), gigabytes, besides);
      } else {
        H5Writer h5 = new H5Writer();
        besides.accept(h5);
        copies.forEach(c -> c.to(h5));
        AtomicFile.write(folder.resolve(WEIGHTS), h5::write);
      }
    };
  }

  private static void put(Layer model, Sink sink) throws IOException {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("keras_version", KERAS_VERSION);
    metadata.put(
        "date_saved",
        LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd@HH:mm:ss")));
    String config = Json.write(Serializer.serialize(model));
    sink.text(METADATA, Json.write(metadata));
    sink.text(CONFIG, config);
    sink.weights(WEIGHTS, WeightsFile.of(model));
    for (WeightTree.Entry e : WeightTree.of(model, false)) {
      if (e.layer() instanceof SavedAssets s) {
        for (Map.Entry<String, String> t : s.savedTexts().entrySet()) {
          sink.text(assets(e.path()) + t.getKey(), t.getValue());
        }
      }
    }
  }

  private static String assets(String path) {
    return path.isEmpty() ? ASSETS : ASSETS + path + "/";
  }

  /** Whether a folder is one of {@link #writeFolder}, or Keras's. */
  static boolean isModelFolder(Path path) {
    return Files.isDirectory(path) && Files.exists(path.resolve(CONFIG));
  }

  static <L extends Layer> L read(Class<L> type, Path file, Load options) throws IOException {
    ReadLimits limits = options.limits();
    try (ModelParts parts = ModelParts.open(file, limits)) {
      if (isSharded(file)) {
        return readSharded(type, file, parts, options);
      }
      FileBytes there = parts.bytes(WEIGHTS);
      if (there == null) {
        throw missing(WEIGHTS);
      }
      try (FileBytes weights = there) {
        Map<Object, Object> config = new LinkedHashMap<>(config(parts, limits));
        if (!options.isCompiling()) {
          config.remove("compile_config");
        }
        Assets assets = new Assets(parts, limits);
        long memory = weights.size() * limits.maxWeightsExpansion() + MEMORY_BESIDES;
        L model = model(type, config, memory, options);
        readWeights(
            model,
            weights,
            limits,
            path -> assets.texts(assets(path)),
            WeightsFile.Wanted.all(problem -> KerasFiles.warnOfOptimizer(file, problem)));
        return model;
      }
    }
  }

  /** Whether a folder has its weights in several files. */
  private static boolean isSharded(Path folder) {
    return Files.isDirectory(folder)
        && !Files.exists(folder.resolve(WEIGHTS))
        && Files.exists(folder.resolve(SHARDED));
  }

  private static <L extends Layer> L readSharded(
      Class<L> type, Path folder, ModelParts parts, Load options) throws IOException {
    ReadLimits limits = options.limits();
    Map<Object, Object> config = new LinkedHashMap<>(config(parts, limits));
    if (!options.isCompiling()) {
      config.remove("compile_config");
    }
    Assets assets = new Assets(parts, limits);
    long bytes = 0;
    for (String name : parts.names()) {
      bytes += name.endsWith(".weights.h5") ? Files.size(folder.resolve(name)) : 0;
    }
    L model = model(type, config, bytes * limits.maxWeightsExpansion() + MEMORY_BESIDES, options);
    try (Shards shards = Shards.open(folder.resolve(SHARDED), limits)) {
      WeightsFile.read(
          model,
          shards,
          path -> assets.texts(assets(path)),
          WeightsFile.Wanted.all(problem -> KerasFiles.warnOfOptimizer(folder, problem)));
    }
    return model;
  }

  /** Reads the weights alone into a built model; layers keep their vocabularies. */
  static void readWeights(Model model, Path file, ReadLimits limits, WeightsFile.Wanted wanted)
      throws IOException {
    try (ModelParts parts = ModelParts.open(file, limits)) {
      FileBytes there = parts.bytes(WEIGHTS);
      if (there == null) {
        throw missing(WEIGHTS);
      }
      try (FileBytes weights = there) {
        readWeights(model, weights, limits, path -> Map.of(), wanted);
      }
    }
  }

  private static void readWeights(
      Layer model,
      FileBytes weights,
      ReadLimits limits,
      WeightsFile.Texts texts,
      WeightsFile.Wanted wanted)
      throws IOException {
    try {
      WeightsFile.read(model, new WeightSource.File(H5Reader.open(weights, limits)), texts, wanted);
    } catch (FileFormatException e) {
      throw Failures.inPlaceOf(
          e,
          new FileFormatException("its weights cannot be read: " + e.getMessage(), e.getCause()));
    }
  }

  private static Map<?, ?> config(ModelParts parts, ReadLimits limits) throws IOException {
    byte[] text = parts.readAll(CONFIG, limits.maxConfigBytes(), "maxConfigBytes");
    if (text == null) {
      throw missing(CONFIG);
    }
    try {
      return Json.readObject(text, limits);
    } catch (IllegalArgumentException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException(CONFIG + ": " + e.getMessage(), e.getCause()));
    }
  }

  private static <L extends Layer> L model(
      Class<L> type, Map<?, ?> config, long memory, Load options) throws FileFormatException {
    Object made;
    try {
      made = ReadBudget.within(
          memory,
          options.limits().maxOperations(),
          () -> CustomObjects.with(options.customObjects(), () -> Serializer.deserialize(config)));
    } catch (RuntimeException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException(CONFIG + ": " + Failures.said(e), Failures.cause(e)));
    }
    if (!type.isInstance(made)) {
      throw new FileFormatException("holds "
          + (made == null ? "nothing" : "a " + made.getClass().getSimpleName())
          + ", which is no "
          + (type == Model.class ? "model" : type.getSimpleName()));
    }
    return type.cast(made);
  }

  private static FileFormatException missing(String name) {
    return new FileFormatException("is no .keras archive: it has no " + name);
  }

  /** The texts of layers by the folder of the archive that they lie in. */
  private static final class Assets {
    private final ModelParts parts;
    private final ReadLimits limits;
    private final Map<String, List<String>> folders = new HashMap<>();

    Assets(ModelParts parts, ReadLimits limits) throws IOException {
      this.parts = parts;
      this.limits = limits;
      for (String name : parts.names()) {
        int cut = name.lastIndexOf('/') + 1;
        if (name.startsWith(ASSETS) && cut < name.length()) {
          folders
              .computeIfAbsent(name.substring(0, cut), k -> new ArrayList<>())
              .add(name);
        }
      }
    }

    Map<String, String> texts(String folder) throws IOException {
      Map<String, String> out = new LinkedHashMap<>();
      for (String name : folders.getOrDefault(folder, List.of())) {
        out.put(name.substring(folder.length()), text(name));
      }
      return out;
    }

    private String text(String name) throws IOException {
      byte[] bytes =
          Objects.requireNonNull(parts.readAll(name, limits.maxAssetBytes(), "maxAssetBytes"));
      int lines = 0;
      for (byte b : bytes) {
        lines += b == '\n' ? 1 : 0;
      }
      if (lines > limits.maxAssetLines()) {
        throw new FileFormatException("entry '" + name + "' has " + lines
            + " lines, more than the " + limits.maxAssetLines()
            + " that are taken (ReadLimits.maxAssetLines)");
      }
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(bytes))
            .toString();
      } catch (CharacterCodingException x) {
        throw new FileFormatException("entry '" + name + "' is no text in UTF-8", x);
      }
    }
  }
}
