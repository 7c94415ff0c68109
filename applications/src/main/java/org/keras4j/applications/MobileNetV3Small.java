package org.keras4j.applications;

import java.util.List;

/** The smaller of the networks found by search ({@code keras.applications.MobileNetV3Small}). */
public final class MobileNetV3Small extends MobileNetV3<MobileNetV3Small> {
  private static final List<Block> BLOCKS = List.of(
      new Block(1, 16, false, 2, true, false),
      new Block(72.0 / 16, 24, false, 2, false, false),
      new Block(88.0 / 24, 24, false, 1, false, false),
      new Block(4, 40, true, 2, true, true),
      new Block(6, 40, true, 1, true, true),
      new Block(6, 40, true, 1, true, true),
      new Block(3, 48, true, 1, true, true),
      new Block(3, 48, true, 1, true, true),
      new Block(6, 96, true, 2, true, true),
      new Block(6, 96, true, 1, true, true),
      new Block(6, 96, true, 1, true, true));

  public MobileNetV3Small() {
    super("MobileNetV3Small", "small", 1024, BLOCKS);
  }
}
