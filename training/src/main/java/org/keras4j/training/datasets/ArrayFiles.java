package org.keras4j.training.datasets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.files.GetFile;
import org.keras4j.core.internal.MersenneTwister;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.core.npy.Npz;

/** The files of datasets, in Keras's cache or where a user has them. */
final class ArrayFiles {
  static final String ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/";

  private ArrayFiles() {}

  /** A file that a user names, or the one in the cache. */
  static Path file(@Nullable Path given, String name, String hash) throws IOException {
    return given != null
        ? given
        : GetFile.of(ORIGIN + name).fname(name).fileHash(hash).get();
  }

  /** Arrays of a file by name. */
  static NDArray[] arrays(Path file, String... names) throws IOException {
    Map<String, NDArray> all =
        Npz.read(file, ReadLimits.builder().maxExpansion(1000).build());
    NDArray[] out = new NDArray[names.length];
    for (int i = 0; i < names.length; i++) {
      out[i] = all.get(names[i]);
      if (out[i] == null) {
        throw new FileFormatException(
            "'" + file + "' has no array '" + names[i] + "', only " + all.keySet());
      }
    }
    return out;
  }

  /** Samples and targets in NumPy's order for a seed, in two parts. */
  static ArrayData split(NDArray x, NDArray y, double testSplit, long seed) {
    if (!(testSplit >= 0 && testSplit < 1)) {
      throw new IllegalArgumentException(
          "testSplit must be at least 0 and less than 1, got " + testSplit);
    }
    int n = (int) x.shape().dim(0);
    int[] order = MersenneTwister.ofNumPy(seed).numPyOrder(n);
    int train = (int) (n * (1 - testSplit));
    return new ArrayData(
        rows(x, order, 0, train),
        rows(y, order, 0, train),
        rows(x, order, train, n),
        rows(y, order, train, n));
  }

  private static NDArray rows(NDArray a, int[] order, int from, int to) {
    long[] dims = a.shape().toArray();
    dims[0] = (long) to - from;
    NDArray out = NDArray.zeros(a.dtype(), Shape.of(dims));
    int row = a.bytes().remaining() / order.length;
    for (int i = from; i < to; i++) {
      out.bytes().put((i - from) * row, a.bytes(), order[i] * row, row);
    }
    return out;
  }

  /** The first rows. */
  static NDArray first(NDArray a, int count) {
    int n = (int) a.shape().dim(0);
    int[] same = new int[n];
    for (int i = 0; i < n; i++) {
      same[i] = i;
    }
    return rows(a, same, 0, Math.min(count, n));
  }

  /** Lists of a kind that is checked. */
  static List<int[]> texts(Object list, String what) throws FileFormatException {
    List<int[]> out = new ArrayList<>();
    if (list instanceof List<?> l) {
      for (Object o : l) {
        if (!(o instanceof List<?> text)) {
          throw new FileFormatException(what + " is no list of lists of words");
        }
        int[] words = new int[text.size()];
        for (int i = 0; i < words.length; i++) {
          if (!(text.get(i) instanceof Integer w)) {
            throw new FileFormatException(what + " has a word that is no index: " + text.get(i));
          }
          words[i] = w;
        }
        out.add(words);
      }
      return out;
    }
    throw new FileFormatException(what + " is no list of texts");
  }
}
