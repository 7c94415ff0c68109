package org.keras4j.hub.generation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.keras4j.core.NDArray;
import org.keras4j.hub.weights.SafeTensors;

/** What Hugging Face's transformers made of the models in a folder of {@code scripts/check_decoders.py}. */
final class Goldens {
  private Goldens() {}

  static Path folder() {
    String other = System.getProperty("keras4j.decoders");
    try {
      return other == null
          ? Path.of(
              Objects.requireNonNull(Goldens.class.getResource("/decoders")).toURI())
          : Path.of(other);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Path> models() {
    try (Stream<Path> all = Files.list(folder())) {
      return all.filter(f -> Files.exists(f.resolve("config.json"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static CausalLM model(Path folder) {
    try {
      return CausalLM.fromPreset(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static CausalLM model(String name) {
    return model(folder().resolve(name));
  }

  static NDArray array(Path folder, String name) {
    try (SafeTensors golden = SafeTensors.open(folder.resolve("golden.safetensors"))) {
      return golden.read(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
