package org.keras4j.tck.saving.damage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.LoadWeights;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.saving.ModelFileException;

/**
 * What {@code scripts/fuzz.sh} runs: each nested class hands the bytes that a fuzzer thought out to a reader. Anything but a
 * refusal in words is a find.
 */
public final class FuzzReaders {
  /** Small, so that much is tried in a second. */
  private static final ReadLimits LIMITS = ReadLimits.builder()
      .maxArrayBytes(1 << 22)
      .freeExpansionBytes(1 << 22)
      .maxUnpackedBytes(1 << 24)
      .maxStructureBytes(1 << 22)
      .maxConfigBytes(1 << 20)
      .build();

  private FuzzReaders() {}

  private interface Reading {
    void run() throws IOException;
  }

  private static void read(Reading reading) throws IOException {
    try {
      reading.run();
    } catch (ModelFileException | FileFormatException e) {
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (Good.isAccident(t)) {
          throw new AssertionError("an accident", t);
        }
      }
    }
  }

  private static Path file(String suffix, byte[] bytes) throws IOException {
    Path folder = Path.of(
        System.getProperty("java.io.tmpdir"),
        "keras4j-fuzz-" + ProcessHandle.current().pid());
    Path file = Files.createDirectories(folder).resolve("input" + suffix);
    return Files.write(file, bytes);
  }

  /** {@code .npy}. */
  public static final class Npy {
    private Npy() {}

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
      read(() -> org.keras4j.core.npy.Npy.read(new ByteArrayInputStream(data), LIMITS));
    }
  }

  /** {@code .npz}. */
  public static final class Npz {
    private Npz() {}

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
      Path file = file(".npz", data);
      read(() -> org.keras4j.core.npy.Npz.read(file, LIMITS));
    }
  }

  /** {@code .keras}, as a zip archive. */
  public static final class Archive {
    private Archive() {}

    /** Starts the backend, which is not what is timed. */
    public static void fuzzerInitialize() {
      new Sequential(new Input(4), new Dense(3));
    }

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
      Path file = file(".keras", data);
      read(() -> Model.load(file, LIMITS));
    }
  }

  /** {@code .weights.h5}. */
  public static final class Weights {
    private static final Model MODEL = new Sequential(new Input(4), new Dense(3), new Dense(2));

    private Weights() {}

    /** Starts the backend, which is not what is timed. */
    public static void fuzzerInitialize() {
      Objects.requireNonNull(MODEL);
    }

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
      Path file = file(".weights.h5", data);
      read(() -> MODEL.loadWeights(file, LoadWeights.defaults().limits(LIMITS)));
    }
  }

  /** {@code config.json} within a {@code .keras}. */
  public static final class Config {
    private static final byte[] WEIGHTS = weights();

    private Config() {}

    /** Starts the backend, which is not what is timed. */
    public static void fuzzerInitialize() {
      Objects.requireNonNull(WEIGHTS);
    }

    private static byte[] weights() {
      try {
        Path file = file(".weights.h5", new byte[0]);
        new Sequential(new Input(4), new Dense(3), new Dense(2)).saveWeights(file);
        return Files.readAllBytes(file);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(out)) {
        entry(
            zip,
            "metadata.json",
            "{\"keras_version\":\"3.15.0\",\"date_saved\":\"2026-01-01\"}".getBytes(UTF_8));
        entry(zip, "config.json", data);
        entry(zip, "model.weights.h5", WEIGHTS);
      }
      Path file = file(".keras", out.toByteArray());
      read(() -> Model.load(file, LIMITS));
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
      zip.closeEntry();
    }
  }

  /** Writes what fuzzing starts from, real files: a folder for each class here, within the folder that is named. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    List<Good> files = Good.all(folder);
    for (int i = 0; i < files.size(); i++) {
      Good g = files.get(i);
      String kind = switch (g.suffix()) {
        case ".keras" -> "Archive";
        case ".weights.h5" -> "Weights";
        case ".npz" -> "Npz";
        default -> "Npy";
      };
      Files.write(Files.createDirectories(folder.resolve(kind)).resolve(i + g.suffix()), g.bytes());
      if (kind.equals("Archive")) {
        for (org.keras4j.tck.saving.damage.Archive.Entry e :
            org.keras4j.tck.saving.damage.Archive.entries(g.bytes())) {
          if (e.name().equals("config.json")) {
            Files.write(
                Files.createDirectories(folder.resolve("Config")).resolve(i + ".json"),
                Objects.requireNonNull(e.content()));
          }
        }
      }
    }
  }
}
