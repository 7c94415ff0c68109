package org.keras4j.training.callbacks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Embedding;

/** Files for TensorBoard's projector: which Embedding layers there are, and their vectors. */
final class Embeddings {
  private Embeddings() {}

  private static List<Layer> of(List<Layer> layers) {
    return layers.stream().filter(l -> l instanceof Embedding).toList();
  }

  private static String vectors(Layer l) {
    return "train/" + l.name().replaceAll("[^A-Za-z0-9_.-]", "_") + ".tsv";
  }

  /**
   * Writes {@code projector_config.pbtxt}.
   *
   * @throws IllegalArgumentException if metadata are of a layer that is no Embedding layer of the model
   */
  static void configure(
      Path folder, List<Layer> layers, Map<String, String> metadata, @Nullable String shared) {
    Map<String, String> left = new LinkedHashMap<>(metadata);
    StringBuilder text = new StringBuilder();
    for (Layer l : of(layers)) {
      String own = left.remove(l.name());
      text.append("embeddings {\n");
      field(text, "tensor_name", l.name() + "/embeddings");
      field(text, "metadata_path", own == null ? shared : own);
      field(text, "tensor_path", vectors(l));
      text.append("}\n");
    }
    if (!left.isEmpty()) {
      throw new IllegalArgumentException("TensorBoard: embeddingsMetadata names "
          + left.keySet() + ", which are no Embedding layers; there are "
          + of(layers).stream().map(Layer::name).toList());
    }
    try {
      AtomicFile.writeString(folder.resolve("projector_config.pbtxt"), text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void field(StringBuilder text, String name, @Nullable String value) {
    if (value != null) {
      String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"");
      text.append("  ").append(name).append(": \"").append(escaped).append("\"\n");
    }
  }

  /** Writes each layer's vectors, a line each, with tabs between. */
  static void write(Path folder, List<Layer> layers) {
    for (Layer l : of(layers)) {
      NDArray table = l.getWeights().get(0);
      int width = table.shape().intDim(1);
      try {
        AtomicFile.write(folder.resolve(vectors(l)), out -> {
          StringBuilder line = new StringBuilder();
          for (int i = 0; i < table.size(); i++) {
            line.append(table.getFloat(i)).append((i + 1) % width == 0 ? '\n' : '\t');
            if (line.length() > 8192 || i == table.size() - 1) {
              out.write(line.toString().getBytes(StandardCharsets.UTF_8));
              line.setLength(0);
            }
          }
        });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
