package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Names;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.training.schedules.LearningRateSchedule;

/**
 * {@link Adam} with Nesterov's momentum ({@code keras.optimizers.Nadam}; Dozat 2015).
 *
 * <pre>{@code
 * model.compile(new Nadam(1e-3), "mse");
 * }</pre>
 */
@KerasSerializable(
    module = "keras.optimizers",
    // as Keras on PyTorch writes it
    aliases = {"keras.src.backend.torch.optimizers.torch_nadam.Nadam"})
public final class Nadam extends RuleOptimizer<Nadam> {
  private static final double DECAY = 0.96;

  private static final UpdateRule RULE = new UpdateRule(Composites.NADAM_UPDATE) {
    @Override
    List<Tensor> shared(Attributes a, List<Tensor> scalars) {
      Tensor step = scalars.get(1);
      Tensor u = momentum(a.getDouble("beta_1"), step);
      Tensor next = momentum(a.getDouble("beta_1"), Prims.add(step, 1));
      Tensor product = scalars.get(2);
      Tensor power2 = Prims.pow(Prims.scalarLike(step, a.getDouble("beta_2")), step);
      return List.of(
          scalars.get(0),
          next,
          Prims.sub(1, Prims.mul(product, next)),
          Prims.sub(1, u),
          Prims.sub(1, product),
          Prims.sub(1, power2));
    }

    @Override
    List<Tensor> one(Attributes a, List<Tensor> shared, Tensor w, Tensor g, List<Tensor> slots) {
      Tensor m = slots.get(0);
      Tensor v = slots.get(1);
      m = Prims.add(m, Prims.mul(Prims.sub(g, m), 1 - a.getDouble("beta_1")));
      v = Prims.add(v, Prims.mul(Prims.sub(Prims.square(g), v), 1 - a.getDouble("beta_2")));
      Tensor mHat = Prims.add(
          Prims.div(Prims.mul(shared.get(1), m), shared.get(2)),
          Prims.div(Prims.mul(shared.get(3), g), shared.get(4)));
      Tensor root = Prims.sqrt(Prims.div(v, shared.get(5)));
      Tensor by =
          Prims.div(Prims.mul(mHat, shared.get(0)), Prims.add(root, a.getDouble("epsilon")));
      return List.of(Prims.sub(w, by), m, v);
    }
  };

  @Config("beta_1")
  private double beta1 = 0.9;

  @Config("beta_2")
  private double beta2 = 0.999;

  @Config
  private double epsilon = 1e-7;

  private Variable product;

  /** With a learning rate of 0.001. */
  public Nadam() {
    this(0.001);
  }

  /**
   * With a learning rate.
   *
   * @param learningRate 0.001 by default
   */
  public Nadam(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that a schedule tells, step by step.
   *
   * @param learningRate the schedule
   */
  public Nadam(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that is asked for at each step.
   *
   * @param learningRate gives a number
   */
  public Nadam(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  private Nadam(Object learningRate) {
    super(learningRate);
  }

  /**
   * How much of the mean of gradients stays each step.
   *
   * @param value 0.9 by default
   * @return this optimizer
   */
  public Nadam beta1(double value) {
    return set("beta1", () -> this.beta1 = value);
  }

  /**
   * How much of the mean of squared gradients stays each step.
   *
   * @param value 0.999 by default
   * @return this optimizer
   */
  public Nadam beta2(double value) {
    return set("beta2", () -> this.beta2 = value);
  }

  /**
   * Keeps the denominator above zero.
   *
   * @param value 1e-7 by default
   * @return this optimizer
   */
  public Nadam epsilon(double value) {
    return set("epsilon", () -> this.epsilon = value);
  }

  private static Tensor momentum(double beta1, Tensor step) {
    Tensor fading = Prims.pow(Prims.scalarLike(step, DECAY), step);
    return Prims.mul(Prims.sub(1, Prims.mul(fading, 0.5)), beta1);
  }

  @Override
  void makeSlots(List<Variable> trainable) {
    addSlots(trainable, List.of("momentum", "velocity"), List.of("zeros", "zeros"))
        .forEach(this::slot);
    DType d = trainable.isEmpty() ? Keras.floatx() : trainable.get(0).dtype();
    product = addVariable(Names.auto("variable"), Shape.SCALAR, d, 1);
  }

  @Override
  protected void updateAll(List<Tensor> grads, List<Variable> of, Tensor rate) {
    Tensor step =
        Prims.convert(Prims.add(iterations(), Prims.scalar(DType.INT32, 1L)), product.dtype());
    product.assign(Prims.mul(product.value(), momentum(beta1, step)));
    super.updateAll(grads, of, rate);
  }

  @Override
  List<Tensor> scalars(Tensor rate, DType dtype) {
    List<Tensor> out = new ArrayList<>(super.scalars(rate, dtype));
    out.add(Prims.convert(product.value(), dtype));
    return out;
  }

  @Override
  UpdateRule rule() {
    return RULE;
  }

  @Override
  List<Object> attributes() {
    return List.of("beta_1", beta1, "beta_2", beta2, "epsilon", epsilon);
  }
}
