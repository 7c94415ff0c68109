package org.keras4j.spark;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.keras4j.models.Model;

/** The models that an executor predicts with, each of which it holds once; the last few of them. */
final class ModelCache {
  private static final int KEPT = 4;
  private static final Map<String, Model> MODELS = new LinkedHashMap<>(KEPT, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Model> eldest) {
      return size() > KEPT;
    }
  };

  private ModelCache() {}

  /**
   * A model.
   *
   * @param id of its bytes
   * @param bytes asked for if it is not there yet
   */
  static Model get(String id, Supplier<byte[]> bytes) {
    synchronized (MODELS) {
      return MODELS.computeIfAbsent(id, k -> ModelBytes.model(bytes.get()));
    }
  }
}
