package org.keras4j.tribuo;

import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.function.Supplier;
import org.keras4j.core.NDArray;
import org.keras4j.models.Model;
import org.keras4j.training.Fit;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;
import org.tribuo.Trainer;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.TrainerProvenance;
import org.tribuo.provenance.impl.TrainerProvenanceImpl;

/**
 * A trainer of Tribuo whose models are networks ({@code keras.wrappers} of Keras, which are for scikit-learn): {@link
 * KerasClassifier} and {@link KerasRegressor}. Cross-validation, ensembles, evaluators and transformations of Tribuo take them like
 * any other trainer. Each training makes a network of its own.
 *
 * @param <T> what is predicted
 */
public abstract sealed class KerasTrainer<T extends Output<T>> implements Trainer<T>
    permits KerasClassifier, KerasRegressor {
  /** Makes networks. */
  @FunctionalInterface
  public interface Builder {
    /**
     * A fresh, compiled network.
     *
     * @param inputs how many features there are
     * @param outputs how many classes, or numbers to be told
     * @return a network of inputs {@code (batch, inputs)} and outputs {@code (batch, outputs)}
     */
    Model build(int inputs, int outputs);
  }

  private final Builder builder;
  private final Supplier<Fit> options;
  private int invocations;

  KerasTrainer(Builder builder, Supplier<Fit> options) {
    this.builder = builder;
    this.options = options;
  }

  /** The targets of an example, from a place of a row on. */
  abstract Targets<T> targets(ImmutableOutputInfo<T> info);

  /**
   * How a kind of output is written as numbers and read from them.
   *
   * @param <T> the kind
   */
  interface Targets<T extends Output<T>> {
    /** How many numbers the network tells. */
    int size();

    /** The targets of all examples. */
    NDArray of(Dataset<T> examples);

    /** What numbers of the network say. */
    org.tribuo.Prediction<T> read(float[] numbers, int from, int count, int known, Example<T> of);

    /** Whether the numbers are probabilities. */
    boolean probabilities();
  }

  @Override
  public KerasModel<T> train(Dataset<T> examples) {
    return train(examples, Map.of());
  }

  @Override
  public KerasModel<T> train(Dataset<T> examples, Map<String, Provenance> runProvenance) {
    return train(examples, runProvenance, INCREMENT_INVOCATION_COUNT);
  }

  @Override
  public synchronized KerasModel<T> train(
      Dataset<T> examples, Map<String, Provenance> runProvenance, int invocationCount) {
    if (invocationCount != INCREMENT_INVOCATION_COUNT) {
      setInvocationCount(invocationCount);
    }
    TrainerProvenance trainer = getProvenance();
    invocations++;
    ImmutableFeatureMap features = examples.getFeatureIDMap();
    ImmutableOutputInfo<T> info = examples.getOutputIDInfo();
    Targets<T> targets = targets(info);
    Rows rows = new Rows(features, examples.size());
    float[] weights = new float[examples.size()];
    boolean weighted = false;
    int i = 0;
    for (Example<T> e : examples) {
      rows.add(e);
      weighted |= e.getWeight() != 1;
      weights[i++] = e.getWeight();
    }
    Model network = builder.build(features.size(), targets.size());
    NDArray y = targets.of(examples);
    Fit fit = options.get();
    if (weighted) {
      fit.sampleWeight(NDArray.of(weights, weights.length));
    }
    network.fit(rows.array(), y, fit);
    ModelProvenance provenance = new ModelProvenance(
        KerasModel.class.getName(),
        OffsetDateTime.now(),
        examples.getProvenance(),
        trainer,
        runProvenance);
    return new KerasModel<>("keras", provenance, features, info, network, targets);
  }

  @Override
  public synchronized int getInvocationCount() {
    return invocations;
  }

  @Override
  public synchronized void setInvocationCount(int count) {
    if (count < 0) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + ": expected a count of trainings from 0 on, got " + count);
    }
    this.invocations = count;
  }

  @Override
  public TrainerProvenance getProvenance() {
    return new TrainerProvenanceImpl(this);
  }
}
