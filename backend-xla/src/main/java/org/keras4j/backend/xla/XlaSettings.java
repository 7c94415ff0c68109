package org.keras4j.backend.xla;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.emit.Precision;

/**
 * How XLA is run, from system properties.
 *
 * @param plugin {@code keras4j.xla.plugin}, else the environment's {@code
 *     PJRT_PLUGIN_LIBRARY_PATH}: the library of a PJRT plugin; without one the XLA of TensorFlow's
 *     library runs on the CPU
 * @param precision {@code keras4j.xla.precision}: {@code highest} (the default), {@code high} or
 *     {@code default}, for float32 contractions
 * @param flags {@code keras4j.xla.flags}: XLA flags for every program, {@code name=value,...}
 * @param client {@code keras4j.xla.client}: options of the plugin's client, {@code name=value,...},
 *     for instance {@code memory_fraction=0.5,preallocate=false}
 * @param cache {@code keras4j.xla.cache}: the directory of compiled programs, or {@code off};
 *     otherwise {@code keras4j/xla} in the user's cache directory
 * @param dump {@code keras4j.xla.dump}: a directory to write the text of every program to, for reading
 * @param devices {@code keras4j.xla.devices}: as how many devices the processor shows itself where there is no plugin; for
 *     trying what several devices do
 * @param turned {@code keras4j.xla.turned}: whether a second copy of weights is kept for products of one
 *     row, {@code auto} (the default), {@code on} or {@code off}
 */
public record XlaSettings(
    @Nullable String plugin,
    Precision precision,
    Map<String, String> flags,
    Map<String, String> client,
    @Nullable Path cache,
    @Nullable Path dump,
    int devices,
    Turned turned) {
  /** When second copies of weights are kept, whose axes are turned so that products of one row read them faster. */
  public enum Turned {
    /** On NVIDIA GPUs that have thrice their size left, for programs that take their state and give it back. */
    AUTO,
    /** On every device, for every program. */
    ON,
    /** Never. */
    OFF
  }

  /**
   * The settings in force.
   *
   * @throws IllegalArgumentException if one cannot be read
   */
  public static XlaSettings read() {
    String plugin = System.getProperty("keras4j.xla.plugin");
    if (plugin == null || plugin.isEmpty()) {
      plugin = System.getenv("PJRT_PLUGIN_LIBRARY_PATH");
    }
    return new XlaSettings(
        plugin == null || plugin.isEmpty() ? null : plugin,
        Precision.of(System.getProperty("keras4j.xla.precision", "highest")),
        pairs("keras4j.xla.flags"),
        pairs("keras4j.xla.client"),
        directory(System.getProperty("keras4j.xla.cache", "")),
        System.getProperty("keras4j.xla.dump") == null
            ? null
            : Path.of(System.getProperty("keras4j.xla.dump")),
        devices(System.getProperty("keras4j.xla.devices", "1")),
        turning(System.getProperty("keras4j.xla.turned", "auto")));
  }

  private static int devices(String setting) {
    try {
      int n = Integer.parseInt(setting.strip());
      if (n >= 1) {
        return n;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "keras4j.xla.devices: expected a number of devices, got '" + setting + "'");
  }

  /**
   * The flags of every program. With precision {@code highest}, a number that is rounded to a narrower type stays
   * rounded: on its own XLA leaves out a conversion there and back, which undoes what quantization means.
   */
  Map<String, String> programFlags() {
    if (plugin == null || precision != Precision.HIGHEST) {
      return flags;
    }
    Map<String, String> all = new LinkedHashMap<>();
    all.put("xla_allow_excess_precision", "false");
    all.putAll(flags);
    return all;
  }

  private static Map<String, String> pairs(String property) {
    Map<String, String> out = new LinkedHashMap<>();
    String text = System.getProperty(property, "").strip();
    if (!text.isEmpty()) {
      for (String part : text.split(",")) {
        int at = part.indexOf('=');
        if (at < 1) {
          throw new IllegalArgumentException(
              property + ": expected name=value,..., got '" + part + "'");
        }
        out.put(part.substring(0, at).strip(), part.substring(at + 1).strip());
      }
    }
    return out;
  }

  private static Turned turning(String setting) {
    return switch (setting) {
      case "auto" -> Turned.AUTO;
      case "on" -> Turned.ON;
      case "off" -> Turned.OFF;
      default ->
        throw new IllegalArgumentException(
            "keras4j.xla.turned: expected 'auto', 'on' or 'off', got '" + setting + "'");
    };
  }

  private static @Nullable Path directory(String setting) {
    if (setting.equals("off")) {
      return null;
    }
    if (!setting.isEmpty()) {
      return Path.of(setting);
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base = xdg != null && !xdg.isEmpty()
        ? Path.of(xdg)
        : Path.of(System.getProperty("user.home", "."), ".cache");
    return base.resolve("keras4j").resolve("xla");
  }
}
