package org.keras4j.models.distillation;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Fluent;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.models.Model;

/**
 * How far a student is from its teacher ({@code keras.distillation.DistillationLoss}). One of one's own overrides
 * {@link #computeLoss}, and the names of layers if it looks inside the models.
 *
 * <pre>{@code
 * final class LargestLogit extends DistillationLoss {
 *   @Override public Tensor computeLoss(Object teacherOutputs, Object studentOutputs) {
 *     return Ops.mean(Ops.abs(Ops.subtract(Ops.max(teacherOutputs, -1), Ops.max(studentOutputs, -1))));
 *   }
 * }
 * }</pre>
 */
public abstract class DistillationLoss implements Configurable {
  private boolean used;

  protected DistillationLoss() {}

  /**
   * The loss of a batch.
   *
   * @param teacherOutputs what the teacher gives, or its layer {@link #teacherLayerName}: a tensor, or a list or map of
   *     such
   * @param studentOutputs what the student gives, likewise
   * @return a scalar
   */
  public abstract Tensor computeLoss(Object teacherOutputs, Object studentOutputs);

  /** The teacher's layer whose outputs are taken; null for what the teacher gives. */
  public @Nullable String teacherLayerName() {
    return null;
  }

  /** The student's layer whose outputs are taken; null for what the student gives. */
  public @Nullable String studentLayerName() {
    return null;
  }

  /**
   * Refuses outputs that cannot be compared; by default those that are nested differently.
   *
   * @throws IllegalArgumentException if they cannot
   */
  public void validateOutputs(Object teacherOutputs, Object studentOutputs) {
    if (!Nest.sameStructure(teacherOutputs, studentOutputs)) {
      throw new IllegalArgumentException(label() + ": teacher and student give "
          + form(teacherOutputs) + " and " + form(studentOutputs));
    }
  }

  /**
   * Refuses models that cannot be compared, when a {@link Distiller} is made; by default none.
   *
   * @throws IllegalArgumentException if they cannot
   */
  public void validateModelCompatibility(Model teacher, Model student) {}

  /**
   * Fails if a setting comes too late; setters call it first.
   *
   * @param setting the setter's name
   * @throws IllegalStateException if a {@link Distiller} has the loss
   */
  protected final void mutable(String setting) {
    if (used) {
      throw Fluent.tooLate(label(), "loss", setting);
    }
  }

  final void markUsed() {
    used = true;
  }

  final String label() {
    return getClass().getSimpleName();
  }

  /** How something is nested, for messages: {@code [., .]}. */
  static String form(@Nullable Object structure) {
    return String.valueOf(Nest.map(structure, x -> x == null ? null : "."));
  }
}
