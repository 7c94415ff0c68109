package org.keras4j.saving;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.SavedAssets;
import org.keras4j.layers.WeightLimit;
import org.keras4j.models.Model;

/** The {@code .keras} archive: metadata, config, and weights with the optimizer's state. */
final class KerasArchive {
  private static final String METADATA = "metadata.json";
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.weights.h5";
  private static final String KERAS_VERSION = "3.15.1";

  private static final String ASSETS = "assets/";

  /** Larger configs are refused. */
  private static final long MAX_CONFIG = 256L << 20;

  /** Weights that unpack to more than this times their packed size are refused. */
  private static final long MAX_RATIO = 200;

  /** Weights may take as much memory as the file's weights, this many times, and this much besides. */
  private static final int MEMORY_RATIO = 4;

  private static final long MEMORY_BESIDES = 64L << 20;

  private static final int COPY_BYTES = 1 << 16;

  private KerasArchive() {}

  static void write(Model model, Path file) throws IOException {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("keras_version", KERAS_VERSION);
    metadata.put(
        "date_saved",
        LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd@HH:mm:ss")));
    String config = Json.write(Serializer.serialize(model));
    Path weights = Files.createTempFile(file.toAbsolutePath().getParent(), ".weights", ".h5");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      WeightsFile.write(model, weights, true);
      text(zip, METADATA, Json.write(metadata));
      text(zip, CONFIG, config);
      stored(zip, WEIGHTS, weights);
      for (WeightTree.Entry e : WeightTree.of(model, false)) {
        if (e.layer() instanceof SavedAssets s) {
          for (Map.Entry<String, String> t : s.savedTexts().entrySet()) {
            text(zip, assets(e.path()) + t.getKey(), t.getValue());
          }
        }
      }
    } finally {
      Files.deleteIfExists(weights);
    }
  }

  private static String assets(String path) {
    return path.isEmpty() ? ASSETS : ASSETS + path + "/";
  }

  private static void text(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    // which, unlike getBytes, fails where bytes would not say what the text does
    ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    zip.write(bytes.array(), 0, bytes.limit());
    zip.closeEntry();
  }

  private static void stored(ZipOutputStream zip, String name, Path file) throws IOException {
    CRC32 crc = new CRC32();
    byte[] buffer = new byte[COPY_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n; (n = in.read(buffer)) > 0; ) {
        crc.update(buffer, 0, n);
      }
    }
    ZipEntry e = new ZipEntry(name);
    e.setMethod(ZipEntry.STORED);
    e.setSize(Files.size(file));
    e.setCompressedSize(Files.size(file));
    e.setCrc(crc.getValue());
    zip.putNextEntry(e);
    Files.copy(file, zip);
    zip.closeEntry();
  }

  static Model read(Path file) {
    Path weights = null;
    try (ZipFile zip = new ZipFile(file.toFile())) {
      checkNames(zip, file);
      ZipEntry entry = entry(zip, file, WEIGHTS);
      weights = Files.createTempFile("keras4j", ".h5");
      unpack(zip, entry, weights, file);
      OpaqueTypes.declareReadable(weights);
      long memory = Files.size(weights) * MEMORY_RATIO + MEMORY_BESIDES;
      Object made;
      try {
        Map<?, ?> config = Json.readObject(bytes(zip, file, CONFIG));
        made = WeightLimit.within(memory, () -> Serializer.deserialize(config));
      } catch (RuntimeException e) {
        throw new ModelFileException(file, CONFIG + ": " + e.getMessage(), e);
      }
      if (!(made instanceof Model model)) {
        throw new ModelFileException(
            file,
            "holds " + (made == null ? "nothing" : "a " + made.getClass().getSimpleName())
                + ", which is no model");
      }
      if (!model.isBuilt()) {
        throw new ModelFileException(
            file, "the model's config does not say for which shapes it was built");
      }
      WeightsFile.read(
          model,
          weights,
          file,
          path -> texts(zip, file, assets(path)),
          problem -> KerasFiles.warnOfOptimizer(file, problem));
      return model;
    } catch (ZipException e) {
      throw new ModelFileException(file, "is no .keras archive, or damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new ModelFileException(file, "cannot be read: " + e.getMessage(), e);
    } finally {
      if (weights != null) {
        weights.toFile().delete();
      }
    }
  }

  private static ZipEntry entry(ZipFile zip, Path file, String name) {
    ZipEntry e = zip.getEntry(name);
    if (e == null) {
      throw new ModelFileException(file, "is no .keras archive: it has no " + name);
    }
    return e;
  }

  private static void checkNames(ZipFile zip, Path file) {
    Set<String> seen = new HashSet<>();
    zip.stream().forEach(e -> {
      String name = e.getName();
      if (name.startsWith("/")
          || name.indexOf('\\') >= 0
          || name.indexOf(':') >= 0
          || List.of(name.split("/", -1)).contains("..")) {
        throw new ModelFileException(
            file, "has an entry '" + name + "', which leads out of the archive");
      }
      if (!seen.add(name)) {
        throw new ModelFileException(file, "has two entries '" + name + "'");
      }
    });
  }

  /** The texts in a folder of the archive by file name. */
  private static Map<String, String> texts(ZipFile zip, Path file, String folder) {
    Map<String, String> out = new LinkedHashMap<>();
    zip.stream().forEach(e -> {
      String rest = e.getName().startsWith(folder) ? e.getName().substring(folder.length()) : "";
      if (!rest.isEmpty() && rest.indexOf('/') < 0) {
        try {
          ByteBuffer bytes = ByteBuffer.wrap(bytes(zip, file, e.getName()));
          out.put(rest, StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException x) {
          throw new ModelFileException(file, e.getName() + " is no text in UTF-8", x);
        } catch (IOException x) {
          throw new UncheckedIOException(x);
        }
      }
    });
    return out;
  }

  private static byte[] bytes(ZipFile zip, Path file, String name) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    copy(zip, entry(zip, file, name), out, MAX_CONFIG, file);
    return out.toByteArray();
  }

  private static void unpack(ZipFile zip, ZipEntry e, Path to, Path file) throws IOException {
    long limit = Math.max(1L << 20, e.getCompressedSize()) * MAX_RATIO;
    try (OutputStream out = Files.newOutputStream(to)) {
      copy(zip, e, out, limit, file);
    }
  }

  private static void copy(ZipFile zip, ZipEntry e, OutputStream out, long limit, Path file)
      throws IOException {
    if (e.getSize() > limit) {
      throw new ModelFileException(
          file, e.getName() + " claims to unpack to " + e.getSize() + " bytes, more than is taken");
    }
    byte[] buffer = new byte[COPY_BYTES];
    long total = 0;
    try (InputStream in = zip.getInputStream(e)) {
      for (int n; (n = in.read(buffer)) > 0; ) {
        total += n;
        if (total > limit) {
          throw new ModelFileException(
              file, e.getName() + " unpacks to more than the " + limit + " bytes that are taken");
        }
        out.write(buffer, 0, n);
      }
    }
  }
}
