package org.keras4j.tribuo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.keras4j.core.NDArray;
import org.keras4j.training.Fit;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/**
 * Trains networks that tell classes ({@code keras.wrappers.SKLearnClassifier}). Targets are the numbers of the classes, so losses are sparse
 * ones; the outputs are one number a class, probabilities by a softmax, or one number for the second of two classes.
 *
 * <pre>{@code
 * Trainer<Label> trainer = new KerasClassifier((inputs, classes) -> {
 *   Sequential m = new Sequential(
 *       new Input(inputs), new Dense(16).activation("relu"), new Dense(classes).activation("softmax"));
 *   m.compile("adam", "sparse_categorical_crossentropy");
 *   return m;
 * }, () -> Fit.epochs(30).verbose(0));
 * Model<Label> model = trainer.train(dataset);
 * }</pre>
 */
public final class KerasClassifier extends KerasTrainer<Label> {
  private final boolean probabilities;

  /**
   * Of networks whose outputs are probabilities.
   *
   * @param builder makes a network, compiled, for each training
   * @param options how it is fitted, made anew for each training
   */
  public KerasClassifier(Builder builder, Supplier<Fit> options) {
    this(builder, options, true);
  }

  /**
   * Of networks of any outputs.
   *
   * @param builder makes a network, compiled, for each training
   * @param options how it is fitted, made anew for each training
   * @param probabilities whether the outputs are probabilities, and not logits for instance
   */
  public KerasClassifier(Builder builder, Supplier<Fit> options, boolean probabilities) {
    super(builder, options);
    this.probabilities = probabilities;
  }

  @Override
  Targets<Label> targets(ImmutableOutputInfo<Label> info) {
    return new Classes(info, probabilities);
  }

  private record Classes(ImmutableOutputInfo<Label> info, boolean probabilities)
      implements Targets<Label> {
    @Override
    public int size() {
      return info.size();
    }

    @Override
    public NDArray of(Dataset<Label> examples) {
      int[] out = new int[examples.size()];
      int i = 0;
      for (Example<Label> e : examples) {
        out[i++] = info.getID(e.getOutput());
      }
      return NDArray.of(out, out.length);
    }

    @Override
    public Prediction<Label> read(
        float[] numbers, int from, int count, int known, Example<Label> of) {
      boolean single = count == 1 && size() == 2;
      if (!single && count != size()) {
        throw new IllegalStateException(
            "KerasClassifier: the network gives " + count + " numbers for " + size() + " classes");
      }
      Map<String, Label> scores = new LinkedHashMap<>();
      Label best = null;
      for (int i = 0; i < size(); i++) {
        double score = single
            ? i == 1 ? numbers[from] : (probabilities ? 1 - numbers[from] : -numbers[from])
            : numbers[from + i];
        String name = info.getOutput(i).getLabel();
        Label label = new Label(name, score);
        scores.put(name, label);
        if (best == null || score > best.getScore()) {
          best = label;
        }
      }
      return new Prediction<>(best, scores, known, of, probabilities);
    }
  }
}
