package org.keras4j.layers.initializers;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Fluent;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Kernels of convolutions that are short-time Fourier transforms ({@code keras.initializers.STFT}).
 *
 * <p>Gives a float tensor {@code (frame length, 1, frequencies)}; a transform has twice as many points as there are
 * steps between frequencies.
 *
 * <pre>{@code
 * var kernel = new STFT().side("imag").window("hamming").periodic(true);
 * Tensor weights = kernel.call(Shape.of(64, 1, 33), DType.FLOAT32);
 * }</pre>
 */
@KerasSerializable(
    module = "keras.initializers",
    aliases = {"keras.initializers.STFTInitializer"})
public final class STFT extends FluentInitializer<STFT> {
  @Config
  private String side = "real";

  // a name, a vector, or null
  @Config
  private @Nullable Object window = "hann";

  @Config
  private boolean periodic;

  @Config
  private @Nullable String scaling = "density";

  /** The real part, with a Hann window. */
  public STFT() {}

  /**
   * Which part of the transform it is.
   *
   * @param value {@code "real"} (the default) or {@code "imag"}
   * @return this initializer
   * @throws IllegalArgumentException unless it is one of these
   */
  public STFT side(String value) {
    return set("side", () -> {
      this.side = value;
      check();
    });
  }

  /**
   * The window that frames are multiplied with.
   *
   * @param name one of SciPy's that need no parameter, {@code "hann"} by default; {@code "none"} or null for none
   * @return this initializer
   * @throws IllegalArgumentException if there is no such window
   */
  public STFT window(@Nullable String name) {
    return set("window", () -> {
      this.window = Fluent.nameOrNull(name);
      check();
    });
  }

  /**
   * The window that frames are multiplied with.
   *
   * @param values of the frame's length
   * @return this initializer
   */
  public STFT window(double... values) {
    return set("window", () -> this.window = values.clone());
  }

  /**
   * How the transform is scaled.
   *
   * @param value {@code "density"} (the default), by the root of the window's power; {@code "spectrum"}, by
   *     its sum; null for not at all
   * @return this initializer
   * @throws IllegalArgumentException unless it is one of these
   */
  public STFT scaling(@Nullable String value) {
    return set("scaling", () -> {
      this.scaling = value;
      check();
    });
  }

  /**
   * Whether a named window is periodic rather than symmetric.
   *
   * @param value false by default
   * @return this initializer
   */
  public STFT periodic(boolean value) {
    return set("periodic", () -> this.periodic = value);
  }

  private void check() {
    if (!side.equals("real") && !side.equals("imag")) {
      throw new IllegalArgumentException("STFT: 'side' expects 'real' or 'imag', got " + side);
    }
    if (scaling != null && !scaling.equals("density") && !scaling.equals("spectrum")) {
      throw new IllegalArgumentException(
          "STFT: 'scaling' expects 'density', 'spectrum' or null, got " + scaling);
    }
    if (window instanceof String name) {
      WindowFunction.of(name, 1, periodic);
    }
  }

  private @Nullable Tensor window(int length, DType dtype) {
    if (window == null) {
      return null;
    }
    Tensor w = window instanceof String name
        ? ArrayLike.tensor(NDArray.of(WindowFunction.of(name, length, periodic)), dtype)
        : ArrayLike.tensor(window, dtype);
    if (!w.shape().equals(Shape.of(length))) {
      throw new IllegalArgumentException(
          "STFT: expected a window of shape (" + length + ",), got " + w.shape());
    }
    return Prims.expandDims(w, 1, 2);
  }

  @Override
  protected Tensor values(Shape shape, DType dtype) {
    check();
    if (shape.rank() != 3 || shape.dim(1) != 1) {
      throw new IllegalArgumentException(
          "STFT: expected a shape (frame length, 1, frequencies), got " + shape);
    }
    int length = shape.intDim(0);
    int frequencies = shape.intDim(2);
    Tensor f = Ops.divide(
        Ops.reshape(Ops.arange(0, frequencies, 1, dtype), 1, 1, frequencies),
        (frequencies - 1) * 2);
    Tensor time = Ops.reshape(Ops.arange(0, length, 1, dtype), length, 1, 1);
    Tensor angle = Ops.multiply(Ops.multiply(Ops.multiply(-2, time), f), Math.PI);
    Tensor kernel = Ops.cast(side.equals("real") ? Ops.cos(angle) : Ops.sin(angle), dtype);
    Tensor w = window(length, dtype);
    if (w == null) {
      return kernel;
    }
    Tensor windowed = Ops.multiply(kernel, w);
    if (scaling == null) {
      return windowed;
    }
    return Ops.divide(
        windowed,
        scaling.equals("density") ? Ops.sqrt(Ops.sum(Ops.square(w))) : Ops.sum(Ops.abs(w)));
  }
}
