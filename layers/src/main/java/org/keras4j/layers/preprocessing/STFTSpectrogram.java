package org.keras4j.layers.preprocessing;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Fluent;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.initializers.STFT;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.arguments.SpatialPadding;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Spectrograms by convolutions that can be trained ({@code keras.layers.STFTSpectrogram}): at first they are
 * short-time Fourier transforms.
 *
 * <p>Input shape: {@code (batch, time, channels)} or {@code (batch, channels, time)}, channels known. Output
 * shape: {@code (batch, frames, channels * frequencies)} or {@code (batch, channels * frequencies, frames)};
 * with {@link #expandDims}, {@code (batch, frames, frequencies, channels)} or {@code (batch, channels, frames,
 * frequencies)}.
 *
 * <pre>{@code
 * Tensor y = new STFTSpectrogram().mode("log").frameLength(256).frameStep(128).invoke(Ops.ones(new long[] {1, 1024, 1})); // (1, 7, 129)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class STFTSpectrogram extends FluentLayer<STFTSpectrogram> {
  @Config
  private String mode = "log";

  @Config
  private int frameLength = 256;

  @Config
  private @Nullable Integer frameStep;

  @Config
  private @Nullable Integer fftLength;

  @Config
  private @Nullable Object window = "hann";

  @Config
  private boolean periodic;

  @Config
  private @Nullable String scaling = "density";

  @Config
  private String padding = "valid";

  @Config
  private String dataFormat = Extent.dataFormat(null);

  @Config
  private boolean expandDims;

  private @Nullable Variable realKernel;
  private @Nullable Variable imagKernel;

  /** Logarithms of magnitudes, in frames of 256. */
  public STFTSpectrogram() {
    inputSpec(new InputSpec().ndim(3));
  }

  @Override
  protected void configured() {
    Extent.of(label() + " frameLength", 1, 1, frameLength);
    mode = Extent.choice(
        label() + " mode", mode, "log", "magnitude", "psd", "real", "imag", "angle", "stft");
    padding = Extent.choice(label() + " padding", padding, "valid", "same");
    if (frameStep != null && (frameStep < 1 || frameStep > frameLength)) {
      throw new IllegalArgumentException(label() + ": 'frameStep' expects an integer from 1 to "
          + frameLength + " (the frame length), got " + frameStep);
    }
    if (fftLength != null && fftLength < frameLength) {
      throw new IllegalArgumentException(label() + ": 'fftLength' expects at least " + frameLength
          + " (the frame length), got " + fftLength);
    }
    initializer("real");
  }

  private STFT initializer(String side) {
    STFT kernel = new STFT().side(side).scaling(scaling).periodic(periodic);
    if (window == null || window instanceof String) {
      return kernel.window((String) window);
    }
    // an array, or what a config has in its place
    return kernel.window(NDArray.from(window).toDoubleArray());
  }

  private STFTSpectrogram change(String setting, Runnable assignment) {
    return set(setting, assignment);
  }

  /**
   * What is computed of the transform.
   *
   * @param value {@code "log"} (the default), the logarithms of magnitudes; {@code "magnitude"}; {@code "psd"},
   *     the one-sided power spectral density; {@code "real"}, {@code "imag"}; {@code "angle"}; {@code "stft"}, real
   *     and imaginary parts
   * @return this layer
   */
  public STFTSpectrogram mode(String value) {
    return change("mode", () -> mode = value);
  }

  /**
   * The length of frames.
   *
   * @param value 256 by default
   * @return this layer
   */
  public STFTSpectrogram frameLength(int value) {
    return change("frameLength", () -> frameLength = value);
  }

  /**
   * From the start of a frame to that of the next.
   *
   * @param value null (the default) for half a frame
   * @return this layer
   */
  public STFTSpectrogram frameStep(@Nullable Integer value) {
    return change("frameStep", () -> frameStep = value);
  }

  /** {@link #frameStep(Integer)} of a number. */
  public STFTSpectrogram frameStep(int value) {
    return frameStep((Integer) value);
  }

  /**
   * The length of transforms.
   *
   * @param value null (the default) for the next power of two
   * @return this layer
   */
  public STFTSpectrogram fftLength(@Nullable Integer value) {
    return change("fftLength", () -> fftLength = value);
  }

  /** {@link #fftLength(Integer)} of a number. */
  public STFTSpectrogram fftLength(int value) {
    return fftLength((Integer) value);
  }

  /**
   * The window that frames are multiplied with.
   *
   * @param name one of SciPy's that need no parameter, {@code "hann"} by default; {@code "none"} or null for none
   * @return this layer
   * @throws IllegalArgumentException if there is no such window
   */
  public STFTSpectrogram window(@Nullable String name) {
    return change("window", () -> window = Fluent.nameOrNull(name));
  }

  /**
   * The window that frames are multiplied with.
   *
   * @param values of the frame's length
   * @return this layer
   */
  public STFTSpectrogram window(double... values) {
    return change("window", () -> window = values.clone());
  }

  /**
   * Whether a named window is periodic rather than symmetric.
   *
   * @param value false by default
   * @return this layer
   */
  public STFTSpectrogram periodic(boolean value) {
    return change("periodic", () -> periodic = value);
  }

  /**
   * How the transform is scaled.
   *
   * @param value {@code "density"} (the default), {@code "spectrum"} or null, see {@link STFT}
   * @return this layer
   */
  public STFTSpectrogram scaling(@Nullable String value) {
    return change("scaling", () -> scaling = value);
  }

  /**
   * What is done at the borders.
   *
   * @param value {@code "valid"} (the default) or {@code "same"}
   * @return this layer
   */
  public STFTSpectrogram padding(String value) {
    return change("padding", () -> padding = value);
  }

  /**
   * Whether channels get an axis of their own.
   *
   * @param value false by default
   * @return this layer
   */
  public STFTSpectrogram expandDims(boolean value) {
    return change("expandDims", () -> expandDims = value);
  }

  /**
   * {@code "channels_last"} or {@code "channels_first"}.
   *
   * @param value the configured one by default
   * @return this layer
   */
  public STFTSpectrogram dataFormat(@Nullable String value) {
    return change("dataFormat", () -> dataFormat = Extent.dataFormat(value));
  }

  private boolean channelsFirst() {
    return dataFormat.equals("channels_first");
  }

  @Override
  protected void build(Shape inputShape) {
    configured();
    int points = fftLength != null
        ? fftLength
        : frameLength == 1 ? 1 : Integer.highestOneBit(frameLength - 1) << 1;
    Shape shape = Shape.of(frameLength, 1, points / 2 + 1);
    realKernel = mode.equals("imag") ? null : addWeight("real_kernel", shape, initializer("real"));
    imagKernel = mode.equals("real") ? null : addWeight("imag_kernel", shape, initializer("imag"));
  }

  @Override
  protected Tensor call(Tensor x) {
    if (x.dtype() != DType.FLOAT16 && x.dtype() != DType.FLOAT32 && x.dtype() != DType.FLOAT64) {
      throw new IllegalArgumentException(
          label() + ": expected float16, float32 or float64, got " + x.dtype());
    }
    SpatialPadding.requireFit(
        label(), x.shape(), channelsFirst() ? 2 : 1, new long[] {frameLength}, padding);
    Tensor last = channelsFirst() ? Prims.transpose(x, 0, 2, 1) : x;
    long channels = last.shape().last();
    if (channels < 0) {
      throw new IllegalArgumentException(
          label() + ": the number of channels must be known, got input shape " + x.shape());
    }
    List<Tensor> out = new ArrayList<>();
    for (Tensor c : Ops.split(last, Math.toIntExact(channels), 2)) {
      out.add(spectrum(frames(c, realKernel), frames(c, imagKernel)));
    }
    if (expandDims) {
      return Ops.stack(out, channelsFirst() ? 1 : 3);
    }
    Tensor joined = Ops.concatenate(out, 2);
    return channelsFirst() ? Prims.transpose(joined, 0, 2, 1) : joined;
  }

  // (batch, frames, frequencies)
  private @Nullable Tensor frames(Tensor channel, @Nullable Variable kernel) {
    if (kernel == null) {
      return null;
    }
    int step = frameStep != null ? frameStep : frameLength / 2;
    return Ops.conv(channel, Ops.cast(kernel, channel.dtype()), step, padding, "channels_last", 1);
  }

  private Tensor spectrum(@Nullable Tensor real, @Nullable Tensor imag) {
    if (real == null || imag == null) {
      return real == null ? Objects.requireNonNull(imag) : real;
    }
    UnaryOperator<Tensor> floor = t -> Ops.maximum(t, Keras.epsilon());
    Tensor power = Ops.add(Ops.square(real), Ops.square(imag));
    switch (mode) {
      case "angle":
        return Ops.arctan2(imag, real);
      case "stft":
        return Ops.concatenate(List.of(real, imag), 2);
      case "psd":
        // frequencies with a negative counterpart count twice
        Tensor inner = Prims.slice(power, 2, 1, power.shape().last() - 1);
        return Ops.add(power, Ops.pad(inner, new int[][] {{0, 0}, {0, 0}, {1, 1}}));
      case "magnitude":
        return Ops.sqrt(floor.apply(power));
      default:
        return Ops.log(floor.apply(Ops.sqrt(floor.apply(power))));
    }
  }
}
