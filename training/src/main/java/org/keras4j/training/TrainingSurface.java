package org.keras4j.training;

import java.util.List;
import org.keras4j.ops.internal.surface.SurfaceSource;
import org.keras4j.training.data.Preparation;
import org.keras4j.training.losses.Losses;
import org.keras4j.training.metrics.Metrics;
import org.keras4j.training.optimizers.Optimizers;
import org.keras4j.training.schedules.Schedules;

/** The functions of losses, metrics, optimizers and schedules. */
public final class TrainingSurface implements SurfaceSource {
  @Override
  public List<Functions> functions() {
    return List.of(
        new Functions("keras.losses", Losses.class),
        new Functions("keras.metrics", Metrics.class),
        new Functions("keras.optimizers", Optimizers.class),
        new Functions("keras.optimizers.schedules", Schedules.class),
        new Functions("keras.utils", Preparation.class));
  }
}
