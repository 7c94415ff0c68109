package org.keras4j.training.datasets;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.core.NDArray;
import org.keras4j.core.internal.io.ZipArchive;
import org.keras4j.core.internal.io.ZipDirectory;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.core.npy.Npy;

/** A {@code .npz} file in which arrays of lists stand beside arrays of numbers. */
final class ObjectArrays {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEAD = 1 << 16;

  private ObjectArrays() {}

  /** Texts and their labels. */
  static WordSelection.Labelled read(Path file, String texts, String labels) throws IOException {
    ReadLimits limits = ReadLimits.builder().maxExpansion(1000).build();
    try (ZipArchive zip = ZipArchive.open(file, limits)) {
      List<int[]> words = ArrayFiles.texts(objects(zip, texts, limits), "'" + texts + "'");
      NDArray l;
      try (InputStream in = open(zip, labels)) {
        l = Npy.read(in, limits);
      }
      if (l.rank() != 1 || l.dtype().isFloat() || l.size() != words.size()) {
        throw new FileFormatException(
            "'" + labels + "' is " + l.dtype() + l.shape() + " for " + words.size() + " texts");
      }
      long[] numbers = new long[l.size()];
      Arrays.setAll(numbers, l::getLong);
      return new WordSelection.Labelled(words, numbers);
    } catch (FileFormatException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException("'" + file + "': " + e.getMessage(), e.getCause()));
    }
  }

  private static InputStream open(ZipArchive zip, String name) throws IOException {
    ZipDirectory.Entry e = zip.entry(name + ".npy");
    if (e == null) {
      throw new FileFormatException("there is no array '" + name + "'");
    }
    return new BufferedInputStream(zip.open(e), 1 << 16);
  }

  /** The lists in an array of objects. */
  private static Object objects(ZipArchive zip, String name, ReadLimits limits) throws IOException {
    try (InputStream in = open(zip, name)) {
      DataInputStream head = new DataInputStream(in);
      byte[] magic = head.readNBytes(MAGIC.length);
      int version = head.readUnsignedByte();
      head.readUnsignedByte();
      int length = Short.toUnsignedInt(Short.reverseBytes(head.readShort()));
      length |= version > 1 ? Short.toUnsignedInt(Short.reverseBytes(head.readShort())) << 16 : 0;
      if (!Arrays.equals(magic, MAGIC) || length < 0 || length > MAX_HEAD) {
        throw new FileFormatException("'" + name + "' is no array of NumPy");
      }
      String text = new String(head.readNBytes(length), StandardCharsets.ISO_8859_1);
      if (!text.matches("(?s).*'descr':\\s*'\\|O'.*")) {
        throw new FileFormatException("'" + name + "' is no array of lists");
      }
      if (Pickle.read(in, limits) instanceof Pickle.Array a && a.data() instanceof List<?> l) {
        return new ArrayList<>(l);
      }
      throw new FileFormatException("'" + name + "' is no array of lists");
    }
  }
}
