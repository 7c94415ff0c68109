package org.keras4j.saving;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.internal.ReadBudget;
import org.keras4j.core.internal.io.FileBytes;
import org.keras4j.core.internal.io.Part;
import org.keras4j.core.internal.io.ZipArchive;
import org.keras4j.core.internal.io.ZipDirectory;
import org.keras4j.core.internal.io.ZipWriter;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.SavedAssets;
import org.keras4j.models.Model;
import org.keras4j.saving.internal.hdf5.H5Reader;
import org.keras4j.saving.internal.hdf5.H5Writer;

/** The {@code .keras} archive: metadata, config, and weights with the optimizer's state. */
final class KerasArchive {
  private static final String METADATA = "metadata.json";
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.weights.h5";
  private static final String KERAS_VERSION = "3.15.1";

  private static final String ASSETS = "assets/";

  /** Weights may take so much memory besides a multiple of those in the file. */
  private static final long MEMORY_BESIDES = 64L << 20;

  private KerasArchive() {}

  static void write(Model model, Part out) throws IOException {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("keras_version", KERAS_VERSION);
    metadata.put(
        "date_saved",
        LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd@HH:mm:ss")));
    String config = Json.write(Serializer.serialize(model));
    ZipWriter zip = new ZipWriter(out);
    zip.text(METADATA, Json.write(metadata));
    zip.text(CONFIG, config);
    H5Writer weights = WeightsFile.of(model);
    zip.entry(WEIGHTS, weights.size(), weights::write);
    for (WeightTree.Entry e : WeightTree.of(model, false)) {
      if (e.layer() instanceof SavedAssets s) {
        for (Map.Entry<String, String> t : s.savedTexts().entrySet()) {
          zip.text(assets(e.path()) + t.getKey(), t.getValue());
        }
      }
    }
    zip.finish();
  }

  private static String assets(String path) {
    return path.isEmpty() ? ASSETS : ASSETS + path + "/";
  }

  static Model read(Path file, ReadLimits limits) throws IOException {
    try (ZipArchive zip = ZipArchive.open(file, limits)) {
      zip.requirePaths();
      ZipDirectory.Entry packed = entry(zip, WEIGHTS);
      Map<?, ?> config = config(zip, limits);
      Assets assets = new Assets(zip, limits);
      try (FileBytes weights = zip.bytes(packed)) {
        long memory = weights.size() * limits.maxWeightsExpansion() + MEMORY_BESIDES;
        Model model = model(config, memory, limits);
        try {
          WeightsFile.read(
              model,
              H5Reader.open(weights, limits),
              path -> assets.texts(assets(path)),
              problem -> KerasFiles.warnOfOptimizer(file, problem));
        } catch (FileFormatException e) {
          throw new FileFormatException("its weights cannot be read: " + e.getMessage(), e);
        }
        return model;
      }
    }
  }

  private static Map<?, ?> config(ZipArchive zip, ReadLimits limits) throws IOException {
    byte[] text = zip.readAll(entry(zip, CONFIG), limits.maxConfigBytes(), "maxConfigBytes");
    try {
      return Json.readObject(text, limits);
    } catch (IllegalArgumentException e) {
      throw new FileFormatException(CONFIG + ": " + e.getMessage(), e);
    }
  }

  private static Model model(Map<?, ?> config, long memory, ReadLimits limits)
      throws FileFormatException {
    Object made;
    try {
      made =
          ReadBudget.within(memory, limits.maxOperations(), () -> Serializer.deserialize(config));
    } catch (RuntimeException e) {
      throw new FileFormatException(CONFIG + ": " + e.getMessage(), e);
    }
    if (!(made instanceof Model model)) {
      throw new FileFormatException("holds "
          + (made == null ? "nothing" : "a " + made.getClass().getSimpleName())
          + ", which is no model");
    }
    return model;
  }

  private static ZipDirectory.Entry entry(ZipArchive zip, String name) throws FileFormatException {
    ZipDirectory.Entry e = zip.entry(name);
    if (e == null) {
      throw new FileFormatException("is no .keras archive: it has no " + name);
    }
    return e;
  }

  /** The texts of layers by the folder of the archive that they lie in. */
  private static final class Assets {
    private final ZipArchive zip;
    private final ReadLimits limits;
    private final Map<String, Map<String, ZipDirectory.Entry>> folders = new HashMap<>();

    Assets(ZipArchive zip, ReadLimits limits) {
      this.zip = zip;
      this.limits = limits;
      for (ZipDirectory.Entry e : zip.entries()) {
        int cut = e.name().lastIndexOf('/') + 1;
        if (e.name().startsWith(ASSETS) && cut < e.name().length()) {
          folders
              .computeIfAbsent(e.name().substring(0, cut), k -> new LinkedHashMap<>())
              .put(e.name().substring(cut), e);
        }
      }
    }

    Map<String, String> texts(String folder) throws IOException {
      Map<String, String> out = new LinkedHashMap<>();
      for (Map.Entry<String, ZipDirectory.Entry> e :
          folders.getOrDefault(folder, Map.of()).entrySet()) {
        out.put(e.getKey(), text(e.getValue()));
      }
      return out;
    }

    private String text(ZipDirectory.Entry e) throws IOException {
      byte[] bytes = zip.readAll(e, limits.maxAssetBytes(), "maxAssetBytes");
      int lines = 0;
      for (byte b : bytes) {
        lines += b == '\n' ? 1 : 0;
      }
      if (lines > limits.maxAssetLines()) {
        throw new FileFormatException("entry '" + e.name() + "' has " + lines
            + " lines, more than the " + limits.maxAssetLines()
            + " that are taken (ReadLimits.maxAssetLines)");
      }
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(bytes))
            .toString();
      } catch (CharacterCodingException x) {
        throw new FileFormatException("entry '" + e.name() + "' is no text in UTF-8", x);
      }
    }
  }
}
