package org.keras4j.training.schedules;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.CustomObjects;
import org.keras4j.core.serialization.Serializer;

/** The functions of {@code keras.optimizers.schedules}. */
public final class Schedules {
  private Schedules() {}

  /** The JSON tree of a schedule ({@code keras.optimizers.schedules.serialize}). */
  public static @Nullable Object serialize(LearningRateSchedule learningRateSchedule) {
    return Serializer.serialize(learningRateSchedule);
  }

  /**
   * The schedule of a JSON tree ({@code keras.optimizers.schedules.deserialize}).
   *
   * @param customObjects classes by the names that the tree has for them, besides those registered; may be null
   * @return the schedule
   */
  public static LearningRateSchedule deserialize(
      Object config, @Nullable Map<String, Class<?>> customObjects) {
    return CustomObjects.with(
        customObjects, () -> Objects.requireNonNull(LearningRateSchedule.get(config)));
  }
}
