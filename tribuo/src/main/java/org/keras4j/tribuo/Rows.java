package org.keras4j.tribuo;

import org.keras4j.core.NDArray;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.ImmutableFeatureMap;

/** Examples of named features as rows of numbers, in the order of the features' numbers; 0 where one is missing. */
final class Rows {
  private final ImmutableFeatureMap features;
  private final float[] values;
  private int count;

  Rows(ImmutableFeatureMap features, int examples) {
    this.features = features;
    this.values = new float[examples * features.size()];
  }

  /** Adds an example; features that are not known are left out, as Tribuo's own models do. */
  int add(Example<?> example) {
    int known = 0;
    int from = count++ * features.size();
    for (Feature f : example) {
      int id = features.getID(f.getName());
      if (id >= 0) {
        values[from + id] = (float) f.getValue();
        known++;
      }
    }
    return known;
  }

  /** The rows, {@code (examples, features)}. */
  NDArray array() {
    return NDArray.of(values, count, features.size());
  }
}
