package org.keras4j.examples.custom;

import java.util.List;
import java.util.Map;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.core.Dense;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.data.Batch;
import org.keras4j.training.metrics.Mean;

/**
 * A model with a training step of its own, which is compiled like Keras's: the loss is taken on inputs with
 * noise, and the length of the gradient is logged.
 */
@KerasSerializable(pkg = "examples")
public final class NoisyRegression extends Model {
  @Config
  private double noise = 0.1;

  private final Dense hidden = new Dense(16).activation("tanh");
  private final Dense out = new Dense(1);
  private final SeedGenerator seeds = track(new SeedGenerator(3));
  private final Mean gradientNorm = trackMetric(new Mean("gradient_norm"));

  private NoisyRegression() {}

  /** With the standard deviation of the noise. */
  public NoisyRegression(double noise) {
    this.noise = noise;
  }

  @Override
  protected Tensor call(Tensor x) {
    return out.invoke(hidden.invoke(x));
  }

  @Override
  protected Map<String, ?> trainStep(Batch batch) {
    Tensor x = Ops.convertToTensor(batch.x());
    Tensor noisy = Ops.add(x, RandomOps.normal(x.shape(), 0.0, noise, x.dtype(), seeds));
    List<Variable> weights = trainableVariables();
    Grad.Result r = Grad.valueAndGrad(
        in -> {
          Tensor prediction = invoke(noisy, CallArgs.training(true));
          return List.of(computeLoss(x, batch.y(), prediction, batch.sampleWeight(), true));
        },
        List.of(),
        weights);
    optimizer().apply(r.grads(), weights);
    Tensor squares = Ops.convertToTensor(0.0f);
    for (Tensor g : r.grads()) {
      squares = Ops.add(squares, Ops.sum(Ops.square(g)));
    }
    gradientNorm.updateState(Ops.sqrt(squares), null);
    return Map.of("loss", r.value(), "gradient_norm", gradientNorm.result());
  }
}
