package org.keras4j.applications;

import java.util.List;

/** The larger of the networks found by search ({@code keras.applications.MobileNetV3Large}). */
public final class MobileNetV3Large extends MobileNetV3<MobileNetV3Large> {
  private static final List<Block> BLOCKS = List.of(
      new Block(1, 16, false, 1, false, false),
      new Block(4, 24, false, 2, false, false),
      new Block(3, 24, false, 1, false, false),
      new Block(3, 40, true, 2, true, false),
      new Block(3, 40, true, 1, true, false),
      new Block(3, 40, true, 1, true, false),
      new Block(6, 80, false, 2, false, true),
      new Block(2.5, 80, false, 1, false, true),
      new Block(2.3, 80, false, 1, false, true),
      new Block(2.3, 80, false, 1, false, true),
      new Block(6, 112, false, 1, true, true),
      new Block(6, 112, false, 1, true, true),
      new Block(6, 160, true, 2, true, true),
      new Block(6, 160, true, 1, true, true),
      new Block(6, 160, true, 1, true, true));

  public MobileNetV3Large() {
    super("MobileNetV3Large", "large", 1280, BLOCKS);
  }
}
