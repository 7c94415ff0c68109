package org.keras4j.training.datasets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.files.GetFile;

/**
 * CIFAR-100, small colour pictures ({@code keras.datasets.cifar100}): 50,000 to train on and 10,000 to test with, uint8 {@code
 * (samples, 32, 32, 3)} or, where channels come first, {@code (samples, 3, 32, 32)}; labels int64 {@code (samples, 1)}, of 100
 * classes or of the 20 kinds that these belong to. Krizhevsky, 2009.
 */
public final class Cifar100 {
  private Cifar100() {}

  /**
   * The data with the labels of the 100 classes, from Keras's cache, into which they are fetched if they are not there.
   *
   * @throws IOException if they cannot be had; the message says what to do
   */
  public static ArrayData load() throws IOException {
    return load("fine", null);
  }

  /**
   * Likewise.
   *
   * @param labelMode {@code "fine"} for the classes, {@code "coarse"} for their kinds
   * @param folder with {@code train} and {@code test}; null for the one in the cache
   * @return arrays of training and test
   */
  public static ArrayData load(String labelMode, @Nullable Path folder) throws IOException {
    if (!labelMode.equals("fine") && !labelMode.equals("coarse")) {
      throw new IllegalArgumentException(
          "Cifar100: labelMode expects 'fine' or 'coarse', got '" + labelMode + "'");
    }
    Path from = folder != null
        ? folder
        : GetFile.of("https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz")
            .fname("cifar-100-python-target")
            .fileHash("85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7")
            .extract(true)
            .get()
            .resolve("cifar-100-python");
    String key = labelMode + "_labels";
    NDArray[] a =
        CifarBatch.arrays(List.of(CifarBatch.read(from.resolve("train"), key)), DType.INT64);
    NDArray[] b =
        CifarBatch.arrays(List.of(CifarBatch.read(from.resolve("test"), key)), DType.INT64);
    return new ArrayData(a[0], a[1], b[0], b[1]);
  }
}
