package org.keras4j.applications;

/** The larger network of cells found by search ({@code keras.applications.NASNetLarge}), for images of 331 pixels. */
public final class NASNetLarge extends NASNet<NASNetLarge> {
  public NASNetLarge() {
    super("nasnet_large", 331, 6, 96, 4032 / 24, true);
  }
}
