package org.keras4j.layers.core;

import java.nio.file.Path;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * A module of TorchScript as a layer that trains, what {@code keras.layers.TorchModuleWrapper} is for: the file that
 * {@code torch.jit.script(module).save(path)} or {@code torch.jit.trace} wrote. libtorch runs it and differentiates it, on
 * the backend {@code pytorch} alone.
 *
 * <p>Weights: the module's parameters, of which those that require a gradient are trained, and its buffers, under their
 * names ({@code 0.weight}); calls in training change buffers, running means for instance. The module runs in
 * training as {@code train()} has it, else as {@code eval()}; random numbers come from the layer's own seed. A step of
 * training runs it twice: for the result, and for the gradient.
 *
 * <p>Input: what {@code forward} takes: one tensor, or a structure of as many as it has arguments. Axes are as the module has
 * them, so images mostly have channels first. Output: one tensor, or for a tuple a list.
 *
 * <pre>{@code
 * Function<Path, Model> around =
 *     path -> new Sequential(new Input(8), new TorchScriptLayer(path), new Dense(1));
 * }</pre>
 */
@KerasSerializable(pkg = "keras4j")
public final class TorchScriptLayer extends ProgramLayer<TorchScriptLayer> {
  private TorchScriptLayer() {
    super("torchscript", "pytorch");
  }

  /**
   * From a file of TorchScript.
   *
   * @param path the file, {@code net.pt}
   * @throws IllegalArgumentException if it is none, or one that cannot be a layer
   */
  public TorchScriptLayer(Path path) {
    this();
    load(path);
  }
}
