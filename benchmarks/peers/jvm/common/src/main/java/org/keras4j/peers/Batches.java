package org.keras4j.peers;

import java.util.Random;

/** Made-up numbers in arrays of Java, of the sizes that keras4j's own workloads have. */
public final class Batches {
  /** Batches that steps take in turn. */
  public static final int POOL = 4;

  /** The rows of an epoch of {@code fit_loop}. */
  public static final int FIT_ROWS = 20_000;

  private final Random random = new Random(20240711);
  private final int size;

  Batches(int size) {
    this.size = size;
  }

  static int usualSize(String workload) {
    return switch (workload) {
      case "mlp_train", "cnn_train" -> 128;
      case "lstm_train", "fit_loop" -> 32;
      default -> workload.endsWith("_infer_32") ? 32 : 1;
    };
  }

  /** The rows of a batch. */
  public int size() {
    return size;
  }

  public float[] normal(int count) {
    float[] out = new float[count];
    for (int i = 0; i < count; i++) {
      out[i] = (float) random.nextGaussian();
    }
    return out;
  }

  /** {@link #POOL} batches, of so many numbers a row. */
  public float[][] normalPool(int perRow) {
    float[][] out = new float[POOL][];
    for (int i = 0; i < POOL; i++) {
      out[i] = normal(size * perRow);
    }
    return out;
  }

  /** Whole numbers below a bound. */
  public int[] tokens(int bound, int count) {
    int[] out = new int[count];
    for (int i = 0; i < count; i++) {
      out[i] = random.nextInt(bound);
    }
    return out;
  }

  public int[][] tokenPool(int bound, int perRow) {
    int[][] out = new int[POOL][];
    for (int i = 0; i < POOL; i++) {
      out[i] = tokens(bound, size * perRow);
    }
    return out;
  }

  public static float[] floats(int[] values) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i];
    }
    return out;
  }
}
