package org.keras4j.training.datasets;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;

/**
 * MNIST, handwritten digits ({@code keras.datasets.mnist}): 60,000 to train on and 10,000 to test with, uint8 {@code
 * (samples, 28, 28)} from 0 to 255, labels uint8 from 0 to 9. Of Yann LeCun and Corinna Cortes, CC BY-SA 3.0.
 */
public final class Mnist {
  private Mnist() {}

  /**
   * The data, from Keras's cache, into which they are fetched if they are not there.
   *
   * @throws IOException if they cannot be had; the message says what to do
   */
  public static ArrayData load() throws IOException {
    return load(null);
  }

  /** Likewise, from a file {@code mnist.npz}; null for the one in the cache. */
  public static ArrayData load(@Nullable Path file) throws IOException {
    Path from = ArrayFiles.file(
        file, "mnist.npz", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1");
    NDArray[] a = ArrayFiles.arrays(from, "x_train", "y_train", "x_test", "y_test");
    return new ArrayData(a[0], a[1], a[2], a[3]);
  }
}
