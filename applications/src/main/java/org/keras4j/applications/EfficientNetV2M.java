package org.keras4j.applications;

import java.util.List;

/** EfficientNetV2 of middle size, for images of 480 pixels ({@code keras.applications.EfficientNetV2M}). */
public final class EfficientNetV2M extends EfficientNetV2<EfficientNetV2M> {
  private static final List<Stage> STAGES = List.of(
      new Stage(true, 3, 3, 24, 24, 1, 1, 0),
      new Stage(true, 3, 5, 24, 48, 2, 4, 0),
      new Stage(true, 3, 5, 48, 80, 2, 4, 0),
      new Stage(false, 3, 7, 80, 160, 2, 4, 0.25),
      new Stage(false, 3, 14, 160, 176, 1, 6, 0.25),
      new Stage(false, 3, 18, 176, 304, 2, 6, 0.25),
      new Stage(false, 3, 5, 304, 512, 1, 6, 0.25));

  public EfficientNetV2M() {
    super("efficientnetv2-m", 480, 1.0, 1.0, STAGES);
  }
}
