package org.keras4j.models.distillation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.models.Model;
import org.keras4j.training.losses.Loss;
import org.keras4j.training.losses.MeanSquaredError;

/**
 * Draws what a layer of the student gives to what a layer of the teacher gives ({@code
 * keras.distillation.FeatureDistillation}; Romero et al. 2015, arXiv:1412.6550): {@code mean(loss(teacher, student))}.
 * Of layers with several outputs the losses are added.
 *
 * <pre>{@code
 * DistillationLoss inner = new FeatureDistillation("conv5", "conv2").loss("cosine_similarity");
 * }</pre>
 */
@KerasSerializable(module = "keras.distillation")
public final class FeatureDistillation extends DistillationLoss {
  @Config
  private Object loss = new MeanSquaredError();

  @Config
  private @Nullable String teacherLayerName;

  @Config
  private @Nullable String studentLayerName;

  /** Of what the models give, by the mean squared error. */
  public FeatureDistillation() {}

  /**
   * Of layers, by the mean squared error.
   *
   * @param teacherLayerName the teacher's; null for what the teacher gives
   * @param studentLayerName the student's; null for what the student gives
   */
  public FeatureDistillation(@Nullable String teacherLayerName, @Nullable String studentLayerName) {
    this.teacherLayerName = teacherLayerName;
    this.studentLayerName = studentLayerName;
  }

  /**
   * The loss of each output.
   *
   * @param value {@link MeanSquaredError} by default
   * @return this loss
   */
  public FeatureDistillation loss(Loss value) {
    return lossOfAnyKind(value);
  }

  /**
   * {@link #loss(Loss)} of a name.
   *
   * @param name {@code "mse"} by default
   * @return this loss
   * @throws IllegalArgumentException if there is none of that name
   */
  public FeatureDistillation loss(String name) {
    return lossOfAnyKind(name);
  }

  /**
   * Losses of the outputs, which the layers give as a list.
   *
   * @param values each a {@link Loss}, a name, or null for an output that is not looked at
   * @return this loss
   * @throws IllegalArgumentException if all are null
   */
  public FeatureDistillation loss(List<?> values) {
    return lossOfAnyKind(values);
  }

  /**
   * Losses of the outputs, which the layers give as a map.
   *
   * @param values each a {@link Loss}, a name, or null for an output that is not looked at
   * @return this loss
   * @throws IllegalArgumentException if all are null
   */
  public FeatureDistillation loss(Map<String, ?> values) {
    return lossOfAnyKind(values);
  }

  private FeatureDistillation lossOfAnyKind(@Nullable Object value) {
    mutable("loss");
    loss = OutputLosses.of(label(), value);
    return this;
  }

  @Override
  public @Nullable String teacherLayerName() {
    return teacherLayerName;
  }

  @Override
  public @Nullable String studentLayerName() {
    return studentLayerName;
  }

  @Override
  public void validateModelCompatibility(Model teacher, Model student) {
    if (teacherLayerName == null && studentLayerName == null) {
      return;
    }
    List<String> withoutGraph = new ArrayList<>();
    if (Taps.endsOf(teacher) == null) {
      withoutGraph.add("teacher");
    }
    if (Taps.endsOf(student) == null) {
      withoutGraph.add("student");
    }
    if (!withoutGraph.isEmpty()) {
      throw new IllegalArgumentException(label() + ": layers by name need a Functional model or a"
          + " Sequential with a known input, which " + String.join(" and ", withoutGraph)
          + (withoutGraph.size() == 1 ? " is" : " are")
          + " not; without names the models' outputs are compared");
    }
    requireLayer("teacher", teacher, teacherLayerName);
    requireLayer("student", student, studentLayerName);
  }

  private void requireLayer(String role, Model model, @Nullable String name) {
    try {
      if (name != null) {
        model.getLayer(name);
      }
    } catch (IllegalArgumentException e) {
      throw Failures.in(label() + ", " + role, e);
    }
  }

  @Override
  public void validateOutputs(Object teacherOutputs, Object studentOutputs) {
    super.validateOutputs(teacherOutputs, studentOutputs);
    OutputLosses.requireForm(label(), loss, teacherOutputs);
  }

  @Override
  public Tensor computeLoss(Object teacherOutputs, Object studentOutputs) {
    return OutputLosses.sum(loss, teacherOutputs, studentOutputs, Loss::invoke);
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    ConfigFields.write(this, config);
    loss = OutputLosses.of(label(), loss);
  }
}
