package org.keras4j.applications;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.files.GetFile;

/** The files that Keras keeps for its applications: where they lie, and their hashes. */
final class Downloads {
  /**
   * A file.
   *
   * @param hash MD5 or SHA-256 in hexadecimal digits; empty where Keras has none
   */
  record Download(String name, String address, String hash) {}

  private static final String TABLE = "downloads.tsv";
  private static final Map<String, Download> ALL = read();

  private Downloads() {}

  private static Map<String, Download> read() {
    Map<String, Download> out = new LinkedHashMap<>();
    try (InputStream in = Downloads.class.getResourceAsStream(TABLE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      lines.lines().filter(l -> !l.startsWith("#")).forEach(l -> {
        String[] f = l.split("\t");
        out.put(f[0], new Download(f[0], f[1], f[2].equals("-") ? "" : f[2]));
      });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out;
  }

  /** The name of a file of weights, as most families have it. */
  static String tfKernels(String network, boolean withTop) {
    return network + "_weights_tf_dim_ordering_tf_kernels" + (withTop ? "" : "_notop") + ".h5";
  }

  /** All files. */
  static Map<String, Download> all() {
    return ALL;
  }

  /**
   * The file on this machine, downloaded if it is not there yet.
   *
   * @throws UncheckedIOException if it cannot be had
   */
  static Path file(String name) {
    Download d = ALL.get(name);
    if (d == null) {
      throw new IllegalArgumentException("Keras has no file '" + name + "'");
    }
    return file(d);
  }

  /** Likewise. */
  static Path file(Download d) {
    try {
      return GetFile.of(d.address())
          .fname(d.name())
          .cacheSubdir("models")
          .fileHash(d.hash().isEmpty() ? null : d.hash())
          .get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
