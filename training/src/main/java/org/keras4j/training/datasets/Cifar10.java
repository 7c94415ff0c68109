package org.keras4j.training.datasets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.files.GetFile;

/**
 * CIFAR-10, small colour pictures ({@code keras.datasets.cifar10}): 50,000 to train on and 10,000 to test with, uint8 {@code
 * (samples, 32, 32, 3)} or, where channels come first, {@code (samples, 3, 32, 32)}; labels uint8 {@code (samples, 1)}: airplane,
 * automobile, bird, cat, deer, dog, frog, horse, ship, truck. Krizhevsky, 2009.
 */
public final class Cifar10 {
  private Cifar10() {}

  /**
   * The data, from Keras's cache, into which they are fetched if they are not there.
   *
   * @throws IOException if they cannot be had; the message says what to do
   */
  public static ArrayData load() throws IOException {
    return load(null);
  }

  /** Likewise, from a folder with {@code data_batch_1} and so on; null for the one in the cache. */
  public static ArrayData load(@Nullable Path folder) throws IOException {
    Path from = folder != null
        ? folder
        : GetFile.of("https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz")
            .fname("cifar-10-batches-py-target")
            .fileHash("6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce")
            .extract(true)
            .get()
            .resolve("cifar-10-batches-py");
    List<CifarBatch> train = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      train.add(CifarBatch.read(from.resolve("data_batch_" + i), "labels"));
    }
    NDArray[] a = CifarBatch.arrays(train, DType.UINT8);
    NDArray[] b = CifarBatch.arrays(
        List.of(CifarBatch.read(from.resolve("test_batch"), "labels")), DType.UINT8);
    return new ArrayData(a[0], a[1], b[0], b[1]);
  }
}
