package org.keras4j.tribuo;

import java.util.Arrays;
import java.util.function.Supplier;
import org.keras4j.core.NDArray;
import org.keras4j.training.Fit;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Prediction;
import org.tribuo.regression.Regressor;

/**
 * Trains networks that tell numbers ({@code keras.wrappers.SKLearnRegressor}), one or several by name.
 *
 * <pre>{@code
 * Trainer<Regressor> trainer = new KerasRegressor((inputs, numbers) -> {
 *   Sequential m = new Sequential(new Input(inputs), new Dense(16).activation("relu"), new Dense(numbers));
 *   m.compile("adam", "mse");
 *   return m;
 * }, () -> Fit.epochs(30).verbose(0));
 * }</pre>
 */
public final class KerasRegressor extends KerasTrainer<Regressor> {
  /**
   * Of networks.
   *
   * @param builder makes a network, compiled, for each training
   * @param options how it is fitted, made anew for each training
   */
  public KerasRegressor(Builder builder, Supplier<Fit> options) {
    super(builder, options);
  }

  @Override
  Targets<Regressor> targets(ImmutableOutputInfo<Regressor> info) {
    return new Numbers(info.getDomain().stream()
        .flatMap(r -> Arrays.stream(r.getNames()))
        .sorted()
        .toArray(String[]::new));
  }

  private record Numbers(String[] names) implements Targets<Regressor> {
    @Override
    public int size() {
      return names.length;
    }

    @Override
    public boolean probabilities() {
      return false;
    }

    @Override
    public NDArray of(Dataset<Regressor> examples) {
      float[] out = new float[examples.size() * names.length];
      int i = 0;
      for (Example<Regressor> e : examples) {
        for (double v : e.getOutput().getValues()) { // in the order of the names
          out[i++] = (float) v;
        }
      }
      return NDArray.of(out, examples.size(), names.length);
    }

    @Override
    public Prediction<Regressor> read(
        float[] numbers, int from, int count, int known, Example<Regressor> of) {
      if (count != names.length) {
        throw new IllegalStateException("KerasRegressor: the network gives " + count
            + " numbers for " + names.length + ": " + Arrays.toString(names));
      }
      double[] values = new double[count];
      for (int i = 0; i < count; i++) {
        values[i] = numbers[from + i];
      }
      return new Prediction<>(new Regressor(names, values), known, of);
    }
  }
}
