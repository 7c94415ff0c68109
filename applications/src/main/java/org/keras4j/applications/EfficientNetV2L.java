package org.keras4j.applications;

import java.util.List;

/** EfficientNetV2, large, for images of 480 pixels ({@code keras.applications.EfficientNetV2L}). */
public final class EfficientNetV2L extends EfficientNetV2<EfficientNetV2L> {
  private static final List<Stage> STAGES = List.of(
      new Stage(true, 3, 4, 32, 32, 1, 1, 0),
      new Stage(true, 3, 7, 32, 64, 2, 4, 0),
      new Stage(true, 3, 7, 64, 96, 2, 4, 0),
      new Stage(false, 3, 10, 96, 192, 2, 4, 0.25),
      new Stage(false, 3, 19, 192, 224, 1, 6, 0.25),
      new Stage(false, 3, 25, 224, 384, 2, 6, 0.25),
      new Stage(false, 3, 7, 384, 640, 1, 6, 0.25));

  public EfficientNetV2L() {
    super("efficientnetv2-l", 480, 1.0, 1.0, STAGES);
  }
}
