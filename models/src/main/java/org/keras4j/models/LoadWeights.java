package org.keras4j.models;

import java.util.List;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.layers.Layer;

/** How {@link Model#loadWeights(java.nio.file.Path, LoadWeights)} reads weights, under Keras's names. */
public final class LoadWeights {
  private boolean skipMismatch;
  private boolean byName;
  private boolean optimizer = true;
  private List<Layer> objectsToSkip = List.of();
  private ReadLimits limits = ReadLimits.defaults();

  private LoadWeights() {}

  /** All weights, which must all fit, and the optimizer's state, within the default limits. */
  public static LoadWeights defaults() {
    return new LoadWeights();
  }

  /**
   * Whether layers whose weights differ from the file's in number or shape, or that the file does not have, keep
   * their own, with a warning that names them; false by default, which refuses such a file before anything is
   * assigned. A damaged file is refused in any case.
   */
  public static LoadWeights skipMismatch(boolean value) {
    LoadWeights out = new LoadWeights();
    out.skipMismatch = value;
    return out;
  }

  /**
   * Whether, in a {@code .h5} file of the older layout, a layer takes the weights of the file's layer of the same name and
   * keeps its own if the file has none; false by default: layers with weights stand in the file in the model's order.
   */
  public LoadWeights byName(boolean value) {
    this.byName = value;
    return this;
  }

  /** Layers that keep their weights, with the layers inside of them, whatever the file has; none by default. */
  public LoadWeights objectsToSkip(Layer... layers) {
    this.objectsToSkip = List.of(layers);
    return this;
  }

  /**
   * Whether the optimizer takes the file's state too, its learning rate included; true by default. False trains the
   * weights anew.
   */
  public LoadWeights withOptimizer(boolean value) {
    this.optimizer = value;
    return this;
  }

  /** How large what is read may be; {@link ReadLimits#defaults} by default. */
  public LoadWeights limits(ReadLimits value) {
    this.limits = value;
    return this;
  }

  /** Whether layers that do not fit are passed over. */
  public boolean isSkippingMismatch() {
    return skipMismatch;
  }

  /** Whether layers are found by their names. */
  public boolean isByName() {
    return byName;
  }

  public List<Layer> objectsToSkip() {
    return objectsToSkip;
  }

  /** Whether the optimizer takes part. */
  public boolean isWithOptimizer() {
    return optimizer;
  }

  public ReadLimits limits() {
    return limits;
  }
}
