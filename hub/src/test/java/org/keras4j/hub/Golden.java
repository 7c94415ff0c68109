package org.keras4j.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.junit.jupiter.api.function.Executable;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.NDArray;
import org.keras4j.hub.weights.SafeTensors;

/** Tiny models that {@code scripts/check_hub.py} made with Hugging Face's library, and what they give. */
public final class Golden {
  private Golden() {}

  /** A folder of the resources, {@code bert/roberta}. */
  public static Path folder(String name) {
    URL url = Objects.requireNonNull(Golden.class.getResource(name + "/config.json"), name);
    try {
      return Objects.requireNonNull(Path.of(url.toURI()).getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Inputs, outputs and gradients. */
  public static SafeTensors expected(String name) throws IOException {
    return SafeTensors.open(folder(name).resolve("expected.safetensors"));
  }

  /** Fails unless all elements are as near as float32 allows. */
  public static void same(String what, NDArray want, NDArray got, double tolerance) {
    assertEquals(want.shape(), got.shape(), what);
    double worst = 0;
    for (int i = 0; i < want.size(); i++) {
      double d = Math.abs(want.getDouble(i) - got.getDouble(i)) / (1 + Math.abs(want.getDouble(i)));
      worst = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(worst, d);
    }
    assertTrue(worst <= tolerance, what + ": largest difference " + worst);
  }

  /**
   * A copy of a folder with a setting changed in its config.
   *
   * @param setting a name and a value as JSON, {@code "vocab_size": 7}
   */
  public static void changed(String name, Path target, String setting) throws IOException {
    Path from = folder(name);
    String config = Files.readString(from.resolve("config.json"));
    String key = setting.substring(0, setting.indexOf(':'));
    String changed = config.contains(key)
        ? config.replaceAll(key + ": [^,\\n}]*", setting)
        : config.replaceFirst("\\{", "{" + setting + ",");
    Files.writeString(target.resolve("config.json"), changed);
    Files.copy(
        from.resolve("model.safetensors"),
        target.resolve("model.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Fails unless something is refused for a reason that was looked at. */
  public static void refused(String what, Executable body) {
    RuntimeException e = assertThrows(RuntimeException.class, body, what);
    assertTrue(
        e.getClass() == IllegalArgumentException.class || e instanceof MemoryLimitException,
        what + ": " + e);
  }
}
