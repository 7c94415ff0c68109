package org.keras4j.training.datasets;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;

/**
 * Houses in California of 1990 ({@code keras.datasets.california_housing}): 20,640 samples of 8 numbers, float32 (longitude,
 * latitude, median age, rooms, bedrooms, population, households, median income), the target the median value of a house in
 * dollars. Pace and Barry, 1997.
 */
public final class CaliforniaHousing {
  private static final int SMALL = 600;

  private CaliforniaHousing() {}

  /**
   * The data, from Keras's cache, into which they are fetched if they are not there.
   *
   * @throws IOException if they cannot be had; the message says what to do
   */
  public static ArrayData load() throws IOException {
    return load("large", null, 0.2, 113);
  }

  /**
   * Likewise.
   *
   * @param version {@code "large"}, or {@code "small"} for the first 600 samples
   * @param file {@code california_housing.npz}; null for the one in the cache
   * @param testSplit which part is for tests, at least 0 and less than 1
   * @param seed of the order, which is Keras's for the same seed
   * @return arrays of training and test
   */
  public static ArrayData load(String version, @Nullable Path file, double testSplit, long seed)
      throws IOException {
    if (!version.equals("large") && !version.equals("small")) {
      throw new IllegalArgumentException(
          "CaliforniaHousing: version expects 'small' or 'large', got '" + version + "'");
    }
    Path from = ArrayFiles.file(
        file,
        "california_housing.npz",
        "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f");
    NDArray[] a = ArrayFiles.arrays(from, "x", "y");
    boolean small = version.equals("small");
    return ArrayFiles.split(
        small ? ArrayFiles.first(a[0], SMALL) : a[0],
        small ? ArrayFiles.first(a[1], SMALL) : a[1],
        testSplit,
        seed);
  }
}
