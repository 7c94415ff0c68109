package org.keras4j.layers.core;

import java.nio.file.Path;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * A SavedModel of TensorFlow as a layer that trains: {@code keras.layers.TFSMLayer}, whose weights are the layer's.
 * TensorFlow runs and differentiates it, on the backend {@code tensorflow} alone.
 *
 * <p>It is the signature {@code serve}, or {@code serving_default} if there is no such, which it computes in training too. Weights:
 * the variables that it reads, under their names, those trained that are of a float dtype.
 *
 * <p>Input: one tensor, or a structure of as many as the function takes, in the order of their names. Output: one tensor, or
 * a list in the order of the names.
 *
 * <p>Its gradients are those of TensorFlow's own kernels. With AVX-512 TensorFlow 2.18's oneDNN takes wrong ones by images
 * of 33 to 48 channels, 65 to 80 and so on: where such a program trains, start the JVM with the environment variable
 * {@code TF_ENABLE_ONEDNN_OPTS=0}.
 *
 * <pre>{@code
 * Function<Path, Model> around =
 *     path -> new Sequential(new Input(8), new SavedModelLayer(path), new Dense(1));
 * }</pre>
 */
@KerasSerializable(pkg = "keras4j")
public final class SavedModelLayer extends ProgramLayer<SavedModelLayer> {
  private SavedModelLayer() {
    super("saved_model", "tensorflow");
  }

  /**
   * From the folder of a SavedModel.
   *
   * @param path the folder
   * @throws IllegalArgumentException if it is none, or one that cannot be a layer
   */
  public SavedModelLayer(Path path) {
    this();
    load(path);
  }
}
