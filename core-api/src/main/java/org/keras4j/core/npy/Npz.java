package org.keras4j.core.npy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.io.ZipArchive;
import org.keras4j.core.internal.io.ZipDirectory;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/** NumPy's {@code .npz} files: arrays by name. */
public final class Npz {
  private static final String SUFFIX = ".npy";

  private Npz() {}

  /**
   * Reads all arrays, in the order of the file, within the default {@link ReadLimits}.
   *
   * @throws FileFormatException if it is no such file, damaged, or too large
   * @throws IOException if it cannot be read
   */
  public static Map<String, NDArray> read(Path file) throws IOException {
    return read(file, ReadLimits.defaults());
  }

  /** Likewise, within limits of one's own. */
  public static Map<String, NDArray> read(Path file, ReadLimits limits) throws IOException {
    Map<String, NDArray> out = new LinkedHashMap<>();
    long used = 0;
    try (ZipArchive zip = ZipArchive.open(file, limits)) {
      for (ZipDirectory.Entry e : zip.entries()) {
        if (!e.name().endsWith(SUFFIX)) {
          continue;
        }
        limits.checkArray("All arrays up to '" + e.name() + "'", used + e.size());
        NDArray a = array(zip, e, limits);
        used += e.size() + (a.dtype() == DType.STRING ? a.size() * NpyHeader.STRING_BYTES : 0);
        out.put(e.name().substring(0, e.name().length() - SUFFIX.length()), a);
      }
    } catch (FileFormatException x) {
      throw Failures.inPlaceOf(
          x, new FileFormatException("'" + file + "': " + x.getMessage(), x.getCause()));
    }
    return out;
  }

  private static NDArray array(ZipArchive zip, ZipDirectory.Entry e, ReadLimits limits)
      throws IOException {
    try (InputStream in = new BufferedInputStream(zip.open(e))) {
      NDArray a = Npy.read(in, e.size(), limits);
      if (in.read() >= 0) { // and at the end the checksum is known
        throw new FileFormatException("the .npy array is followed by other bytes");
      }
      return a;
    } catch (FileFormatException x) {
      throw Failures.inPlaceOf(
          x, new FileFormatException(e.name() + ": " + x.getMessage(), x.getCause()));
    }
  }

  /**
   * Writes arrays, compressed; the file appears whole or not at all.
   *
   * @throws IllegalArgumentException if the format lacks a dtype
   * @throws IOException if it cannot be written; what was there before is untouched
   */
  public static void write(Path file, Map<String, NDArray> arrays) throws IOException {
    arrays.values().forEach(a -> NpyHeader.require(a.dtype()));
    AtomicFile.write(file, out -> {
      ZipOutputStream zip = new ZipOutputStream(out);
      for (Map.Entry<String, NDArray> e : arrays.entrySet()) {
        ZipEntry entry = new ZipEntry(e.getKey() + SUFFIX);
        entry.setTime(315_532_800_000L); // the same bytes for the same arrays
        zip.putNextEntry(entry);
        Npy.write(zip, e.getValue());
        zip.closeEntry();
      }
      zip.finish();
    });
  }
}
