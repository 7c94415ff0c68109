package org.keras4j.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.hub.bert.BertPreset;
import org.keras4j.hub.decoder.HuggingFaceDecoder;
import org.keras4j.hub.gguf.GgufDecoder;
import org.keras4j.hub.gpt2.HuggingFaceGPT2;
import org.keras4j.hub.preset.PresetConfig;
import org.keras4j.hub.seq2seq.T5Preset;
import org.keras4j.hub.seq2seq.WhisperPreset;
import org.keras4j.hub.vision.ClipPreset;
import org.keras4j.hub.vision.SiglipPreset;
import org.keras4j.hub.vision.ViTPreset;

/**
 * What {@code scripts/fuzz.sh} runs of the readers here: each nested class hands the bytes that a fuzzer thought out to one.
 * Anything but a refusal in words is a find.
 */
public final class FuzzHubReaders {
  private static final ReadLimits LIMITS = ReadLimits.builder()
      .maxArrayBytes(1 << 22)
      .freeExpansionBytes(1 << 22)
      .maxUnpackedBytes(1 << 24)
      .maxStructureBytes(1 << 22)
      .maxConfigBytes(1 << 20)
      .build();

  private FuzzHubReaders() {}

  private interface Reading {
    void run() throws IOException;
  }

  // refusals; a class below IllegalArgumentException is none that somebody wrote
  private static void read(Reading reading) throws IOException {
    try {
      reading.run();
    } catch (FileFormatException | MemoryLimitException e) {
      return;
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof FileFormatException)) {
        throw e;
      }
    } catch (IllegalArgumentException e) {
      if (e.getClass() != IllegalArgumentException.class || e.getMessage() == null) {
        throw e;
      }
    }
  }

  private static Path file(String name, byte[] bytes) throws IOException {
    Path folder = Path.of(
        System.getProperty("java.io.tmpdir"),
        "keras4j-fuzz-" + ProcessHandle.current().pid());
    return Files.write(Files.createDirectories(folder).resolve(name), bytes);
  }

  /** {@code .safetensors}. */
  public static final class SafeTensors {
    private SafeTensors() {}

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
      Path file = file("input.safetensors", data);
      read(() -> {
        try (var source = org.keras4j.hub.weights.SafeTensors.open(file, LIMITS)) {
          for (String name : source.names()) {
            source.read(name);
          }
        }
      });
    }
  }

  /** {@code .gguf}, and what it says of a decoder. */
  public static final class Gguf {
    private Gguf() {}

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
      Path file = file("input.gguf", data);
      read(() -> {
        try (var source = org.keras4j.hub.gguf.Gguf.open(file, LIMITS)) {
          for (String name : source.names()) {
            source.read(name);
          }
          GgufDecoder.config(source);
        }
      });
    }
  }

  /** {@code config.json} of every kind of model. */
  public static final class Settings {
    private Settings() {}

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
      String text = new String(data, UTF_8);
      read(() -> HuggingFaceDecoder.config(PresetConfig.parse("config.json", text)));
      read(() -> HuggingFaceGPT2.backbone(PresetConfig.parse("config.json", text)));
      Path folder = file("config.json", data).getParent();
      read(() -> BertPreset.open(folder));
      read(() -> T5Preset.open(folder));
      read(() -> WhisperPreset.open(folder));
      read(() -> ViTPreset.open(folder));
      read(() -> ClipPreset.open(folder));
      read(() -> SiglipPreset.open(folder));
    }
  }

  /** Writes what fuzzing starts from, real files: a folder for each class here, within the folder that is named. */
  public static void main(String[] args) throws IOException, URISyntaxException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    List<Path> all = new ArrayList<>();
    for (String root :
        List.of("vision", "bert", "seq2seq", "detection", "/decoders", "/kerashub")) {
      URL there = Golden.class.getResource(root);
      if (there == null) {
        throw new IllegalStateException("there are no resources " + root);
      }
      try (Stream<Path> files = Files.walk(Path.of(there.toURI()))) {
        files.filter(Files::isRegularFile).sorted().forEach(all::add);
      }
    }
    int i = 0;
    for (Path file : all) {
      String name = file.getFileName().toString();
      String kind = name.equals("model.safetensors")
          ? "SafeTensors"
          : name.endsWith(".gguf") ? "Gguf" : name.equals("config.json") ? "Settings" : "";
      if (!kind.isEmpty()) {
        Files.write(
            Files.createDirectories(folder.resolve(kind)).resolve(i++ + "-" + name),
            Files.readAllBytes(file));
      }
    }
  }
}
