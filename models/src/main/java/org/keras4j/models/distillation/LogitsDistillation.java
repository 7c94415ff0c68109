package org.keras4j.models.distillation;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.training.losses.KLDivergence;
import org.keras4j.training.losses.Loss;

/**
 * Draws the student's logits to the teacher's ({@code keras.distillation.LogitsDistillation}; Hinton et al. 2015,
 * arXiv:1503.02531). Both are divided by a temperature {@code T}. With a {@link KLDivergence}, the default, the loss is
 *
 * <pre>{@code
 * T^2 * mean(kl_divergence(softmax(teacher / T), softmax(student / T)))
 * }</pre>
 *
 * <p>and with any other loss {@code mean(loss(teacher / T, student / T))}. Of models with several outputs the losses are
 * added.
 *
 * <pre>{@code
 * DistillationLoss soft = new LogitsDistillation().temperature(4);
 * DistillationLoss firstOutputAlone = new LogitsDistillation().loss(Arrays.asList("kl_divergence", null));
 * }</pre>
 */
@KerasSerializable(module = "keras.distillation")
public final class LogitsDistillation extends DistillationLoss {
  @Config
  private double temperature = 3.0;

  @Config
  private Object loss = new KLDivergence();

  /** Of the Kullback-Leibler divergence, with a temperature of 3. */
  public LogitsDistillation() {}

  /**
   * What logits are divided by.
   *
   * @param value above 0; 3 by default, and 3 to 5 mostly
   * @return this loss
   * @throws IllegalArgumentException if it is not above 0
   */
  public LogitsDistillation temperature(double value) {
    mutable("temperature");
    temperature = value;
    check();
    return this;
  }

  /**
   * The loss of each output.
   *
   * @param value {@link KLDivergence} by default
   * @return this loss
   */
  public LogitsDistillation loss(Loss value) {
    return lossOfAnyKind(value);
  }

  /**
   * {@link #loss(Loss)} of a name.
   *
   * @param name {@code "kl_divergence"} by default
   * @return this loss
   * @throws IllegalArgumentException if there is none of that name
   */
  public LogitsDistillation loss(String name) {
    return lossOfAnyKind(name);
  }

  /**
   * Losses of the outputs, which the models give as a list.
   *
   * @param values each a {@link Loss}, a name, or null for an output that is not looked at
   * @return this loss
   * @throws IllegalArgumentException if all are null
   */
  public LogitsDistillation loss(List<?> values) {
    return lossOfAnyKind(values);
  }

  /**
   * Losses of the outputs, which the models give as a map.
   *
   * @param values each a {@link Loss}, a name, or null for an output that is not looked at
   * @return this loss
   * @throws IllegalArgumentException if all are null
   */
  public LogitsDistillation loss(Map<String, ?> values) {
    return lossOfAnyKind(values);
  }

  private LogitsDistillation lossOfAnyKind(@Nullable Object value) {
    mutable("loss");
    loss = OutputLosses.of(label(), value);
    return this;
  }

  private void check() {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException(
          label() + ": 'temperature' expects a number above 0, got " + temperature);
    }
  }

  @Override
  public void validateOutputs(Object teacherOutputs, Object studentOutputs) {
    super.validateOutputs(teacherOutputs, studentOutputs);
    OutputLosses.requireForm(label(), loss, teacherOutputs);
  }

  @Override
  public Tensor computeLoss(Object teacherOutputs, Object studentOutputs) {
    return OutputLosses.sum(loss, teacherOutputs, studentOutputs, (l, teacher, student) -> {
      Tensor t = Ops.divide(teacher, temperature);
      Tensor s = Ops.divide(student, temperature);
      return l instanceof KLDivergence
          ? Ops.multiply(
              l.invoke(Ops.softmax(t, -1), Ops.softmax(s, -1)), temperature * temperature)
          : l.invoke(t, s);
    });
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    ConfigFields.write(this, config);
    check();
    loss = OutputLosses.of(label(), loss);
  }
}
