package org.keras4j.training.internal.feed;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.training.data.Batch;

/** Turns a factor for each class into sample weights. */
public final class ClassWeights {
  private ClassWeights() {}

  public static Batch apply(Batch b, @Nullable Map<Integer, Double> weights) {
    if (weights == null) {
      return b;
    }
    if (!(b.y() instanceof NDArray y)) {
      throw new IllegalArgumentException("classWeight works with one array of targets, got "
          + (b.y() == null ? "none" : b.y().getClass().getSimpleName()));
    }
    if (b.sampleWeight() != null && !(b.sampleWeight() instanceof NDArray)) {
      throw new IllegalArgumentException("classWeight does not combine with nested sample weights");
    }
    long last = y.rank() > 1 ? y.shape().last() : 1;
    boolean oneHot = y.rank() > 1 && last > 1;
    Shape s = y.rank() > 1 ? y.shape().without(-1) : y.shape();
    NDArray out = NDArray.zeros(DType.FLOAT32, s);
    for (int i = 0; i < out.size(); i++) {
      int label = oneHot ? argMax(y, i * (int) last, (int) last) : (int) Math.rint(y.getDouble(i));
      double w = weights.getOrDefault(label, 1.0);
      if (b.sampleWeight() instanceof NDArray given) {
        w *= given.getDouble(given.size() == out.size() ? i : i * given.size() / out.size());
      }
      out.setDouble(i, w);
    }
    return new Batch(b.x(), y, out);
  }

  private static int argMax(NDArray a, int from, int n) {
    int best = 0;
    for (int k = 1; k < n; k++) {
      if (a.getDouble(from + k) > a.getDouble(from + best)) {
        best = k;
      }
    }
    return best;
  }
}
