package org.keras4j.training.datasets;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;

/**
 * The Boston housing data of 1978 ({@code keras.datasets.boston_housing}): 506 samples of 13 numbers, float64, the target a median
 * value of houses in thousands of dollars. One of its columns rests on an assumption about race, so it is of historical
 * interest; {@link CaliforniaHousing} is the better choice.
 */
public final class BostonHousing {
  private BostonHousing() {}

  /**
   * The data, from Keras's cache, into which they are fetched if they are not there.
   *
   * @throws IOException if they cannot be had; the message says what to do
   */
  public static ArrayData load() throws IOException {
    return load(null, 0.2, 113);
  }

  /**
   * Likewise.
   *
   * @param file {@code boston_housing.npz}; null for the one in the cache
   * @param testSplit which part is for tests, at least 0 and less than 1
   * @param seed of the order, which is Keras's for the same seed
   * @return arrays of training and test
   */
  public static ArrayData load(@Nullable Path file, double testSplit, long seed)
      throws IOException {
    Path from = ArrayFiles.file(
        file,
        "boston_housing.npz",
        "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5");
    NDArray[] a = ArrayFiles.arrays(from, "x", "y");
    return ArrayFiles.split(a[0], a[1], testSplit, seed);
  }
}
