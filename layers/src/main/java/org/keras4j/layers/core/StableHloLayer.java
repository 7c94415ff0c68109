package org.keras4j.layers.core;

import java.nio.file.Path;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * A program of StableHLO as a layer that trains, what {@code keras.layers.JaxLayer} and {@code FlaxLayer} are for: a folder
 * that {@code scripts/export_jax_layer.py} writes from a function of JAX or a module of Flax. XLA runs it, on the backend
 * {@code xla} alone.
 *
 * <p>The folder holds {@code module.mlir}, which computes the outputs, {@code gradient.mlir}, which computes the gradient, where a
 * call in training differs {@code training.mlir}, and {@code weights.npz}. Comments at the top of each name what it takes and
 * gives, as in what the library exports itself: {@code input}, {@code weight}, {@code constant} (a weight that is not
 * trained), {@code seed} (a key of random numbers), {@code output}, {@code state} (a weight's new value).
 *
 * <p>Weights: the program's parameters under their names. Input: one tensor, or a structure of as many as there are. Output:
 * one tensor, or a list.
 *
 * <pre>{@code
 * Function<Path, Model> around =
 *     path -> new Sequential(new Input(8), new StableHloLayer(path), new Dense(1));
 * }</pre>
 */
@KerasSerializable(pkg = "keras4j")
public final class StableHloLayer extends ProgramLayer<StableHloLayer> {
  private StableHloLayer() {
    super("stablehlo", "xla");
  }

  /**
   * From a folder with a program and its gradient.
   *
   * @param path the folder
   * @throws IllegalArgumentException if it is none, or one that cannot be a layer
   */
  public StableHloLayer(Path path) {
    this();
    load(path);
  }
}
