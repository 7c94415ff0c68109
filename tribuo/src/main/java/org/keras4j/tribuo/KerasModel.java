package org.keras4j.tribuo;

import com.oracle.labs.mlrg.olcut.util.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.keras4j.core.NDArray;
import org.keras4j.training.Run;
import org.tribuo.Example;
import org.tribuo.Excuse;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.Prediction;
import org.tribuo.provenance.ModelProvenance;

/**
 * A trained network as a model of Tribuo, made by a {@link KerasTrainer}. It is not saved by Tribuo: {@link #network} is, as {@code .keras}.
 *
 * @param <T> what is predicted
 */
public final class KerasModel<T extends Output<T>> extends Model<T> {
  private static final long serialVersionUID = 1;

  private final transient org.keras4j.models.Model network;
  private final transient KerasTrainer.Targets<T> targets;

  KerasModel(
      String name,
      ModelProvenance provenance,
      ImmutableFeatureMap features,
      ImmutableOutputInfo<T> outputs,
      org.keras4j.models.Model network,
      KerasTrainer.Targets<T> targets) {
    super(name, provenance, features, outputs, targets.probabilities());
    this.network = network;
    this.targets = targets;
  }

  /** The network, of inputs in the order of the features' numbers. */
  public org.keras4j.models.Model network() {
    return network;
  }

  @Override
  public Prediction<T> predict(Example<T> example) {
    return innerPredict(List.of(example)).get(0);
  }

  @Override
  protected List<Prediction<T>> innerPredict(Iterable<Example<T>> examples) {
    List<Example<T>> all = new ArrayList<>();
    examples.forEach(all::add);
    if (all.isEmpty()) {
      return List.of();
    }
    Rows rows = new Rows(featureIDMap, all.size());
    int[] known = new int[all.size()];
    for (int i = 0; i < known.length; i++) {
      known[i] = rows.add(all.get(i));
      if (known[i] == 0) {
        throw new IllegalArgumentException(
            "KerasModel: no feature of the example is known: " + all.get(i));
      }
    }
    NDArray out = network.predict(rows.array(), Run.defaults());
    float[] numbers = out.toFloatArray();
    int each = numbers.length / known.length;
    List<Prediction<T>> predictions = new ArrayList<>();
    for (int i = 0; i < known.length; i++) {
      predictions.add(targets.read(numbers, i * each, each, known[i], all.get(i)));
    }
    return predictions;
  }

  /** Nothing: a network does not tell which features count. */
  @Override
  public Map<String, List<Pair<String, Double>>> getTopFeatures(int n) {
    return Map.of();
  }

  /** Nothing: a network does not tell why. */
  @Override
  public Optional<Excuse<T>> getExcuse(Example<T> example) {
    return Optional.empty();
  }

  @Override
  protected KerasModel<T> copy(String newName, ModelProvenance newProvenance) {
    org.keras4j.models.Model other = network.cloneModel();
    other.setWeights(network.getWeights());
    return new KerasModel<>(newName, newProvenance, featureIDMap, outputIDInfo, other, targets);
  }
}
