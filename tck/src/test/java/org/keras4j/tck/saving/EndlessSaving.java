package org.keras4j.tck.saving;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;

/** Saves a model to the same files again and again until it is killed; each time all weights are one number more. */
final class EndlessSaving {
  private static final int UNITS = 256;

  private EndlessSaving() {}

  /** The model that is saved: about 1 MB. */
  static Sequential model() {
    return new Sequential(new Input(UNITS), new Dense(UNITS), new Dense(UNITS), new Dense(UNITS));
  }

  static void fill(Sequential model, int number) {
    model.setWeights(model.getWeights().stream()
        .map(w -> {
          NDArray a = NDArray.zeros(DType.FLOAT32, w.shape());
          for (int i = 0; i < a.size(); i++) {
            a.setDouble(i, number);
          }
          return a;
        })
        .toList());
  }

  /** Saves into a folder, and says so after each file. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Sequential model = model();
    for (int i = Integer.parseInt(args[1]); ; i++) {
      fill(model, i);
      model.save(folder.resolve("model.keras"));
      model.saveWeights(folder.resolve("model.weights.h5"));
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      List<NDArray> weights = model.getWeights();
      for (NDArray w : weights) {
        arrays.put("w" + arrays.size(), w);
      }
      Npz.write(folder.resolve("model.npz"), arrays);
      System.out.println(i);
    }
  }
}
