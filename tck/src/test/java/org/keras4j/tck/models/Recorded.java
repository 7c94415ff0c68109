package org.keras4j.tck.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;
import org.keras4j.models.Functional;
import org.keras4j.models.Load;
import org.keras4j.models.Model;

/** What {@code scripts/record_surgery.py} wrote. */
final class Recorded {
  private static final String FOLDER = "/org/keras4j/tck/surgery/";

  private Recorded() {}

  static Path file(String name) {
    URL url = Objects.requireNonNull(Recorded.class.getResource(FOLDER + name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static String text(String name) {
    try (InputStream in = Recorded.class.getResourceAsStream(FOLDER + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<?, ?> json(String text) {
    try {
      return new ObjectMapper().readValue(text, Map.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static NDArray array(String name) {
    try {
      return Objects.requireNonNull(Npz.read(file("arrays.npz")).get(name), name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The largest difference of two arrays of one shape, relative where numbers are larger than 1. */
  static double distance(NDArray a, NDArray b) {
    if (!a.shape().equals(b.shape())) {
      return Double.POSITIVE_INFINITY;
    }
    double out = 0;
    for (int i = 0; i < a.size(); i++) {
      out = Math.max(
          out, Math.abs(a.getDouble(i) - b.getDouble(i)) / Math.max(1, Math.abs(a.getDouble(i))));
    }
    return out;
  }

  /** Nested models, a branch, a function; its layer {@code inner} is frozen. */
  static Functional model() {
    return (Functional) Model.fromJson(text("model.json"), Load.defaults());
  }
}
