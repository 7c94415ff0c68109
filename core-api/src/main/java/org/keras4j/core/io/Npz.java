package org.keras4j.core.io;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.keras4j.core.NDArray;

/** NumPy's {@code .npz} files: arrays by name. */
public final class Npz {
  private static final String SUFFIX = ".npy";

  private Npz() {}

  /**
   * Reads all arrays, in the order of the file.
   *
   * @throws IOException if it is no such file, or damaged
   */
  public static Map<String, NDArray> read(Path file) throws IOException {
    Map<String, NDArray> out = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
        ZipEntry entry = e.nextElement();
        String name = entry.getName();
        if (!name.endsWith(SUFFIX)) {
          continue;
        }
        try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
          out.put(name.substring(0, name.length() - SUFFIX.length()), Npy.read(in));
        } catch (IOException x) {
          throw new IOException(name + ": " + x.getMessage(), x);
        }
      }
    } catch (IOException x) {
      throw new IOException(file + ": " + x.getMessage(), x);
    }
    return out;
  }

  /** Writes arrays, compressed. */
  public static void write(Path file, Map<String, NDArray> arrays) throws IOException {
    arrays.values().forEach(a -> NpyHeader.require(a.dtype()));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, NDArray> e : arrays.entrySet()) {
        ZipEntry entry = new ZipEntry(e.getKey() + SUFFIX);
        entry.setTime(315_532_800_000L); // the same bytes for the same arrays
        zip.putNextEntry(entry);
        Npy.write(zip, e.getValue());
        zip.closeEntry();
      }
    }
  }
}
