package org.keras4j.applications;

import java.util.List;

/** EfficientNetV2, small, for images of 384 pixels ({@code keras.applications.EfficientNetV2S}). */
public final class EfficientNetV2S extends EfficientNetV2<EfficientNetV2S> {
  private static final List<Stage> STAGES = List.of(
      new Stage(true, 3, 2, 24, 24, 1, 1, 0),
      new Stage(true, 3, 4, 24, 48, 2, 4, 0),
      new Stage(true, 3, 4, 48, 64, 2, 4, 0),
      new Stage(false, 3, 6, 64, 128, 2, 4, 0.25),
      new Stage(false, 3, 9, 128, 160, 1, 6, 0.25),
      new Stage(false, 3, 15, 160, 256, 2, 6, 0.25));

  public EfficientNetV2S() {
    super("efficientnetv2-s", 384, 1.0, 1.0, STAGES);
  }
}
