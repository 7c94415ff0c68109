package org.keras4j.layers.preprocessing;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.Extent;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.initializers.STFT;
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
    Extent.of(label() + " frame_length", 1, 1, frameLength);
    mode = Extent.choice(
        label() + " mode", mode, "log", "magnitude", "psd", "real", "imag", "angle", "stft");
    padding = Extent.choice(label() + " padding", padding, "valid", "same");
    if (frameStep != null && (frameStep < 1 || frameStep > frameLength)) {
      throw new IllegalArgumentException(label() + ": 'frame_step' expects an integer from 1 to "
          + frameLength + " (the frame length), got " + frameStep);
    }
    if (fftLength != null && fftLength < frameLength) {
      throw new IllegalArgumentException(label() + ": 'fft_length' expects at least " + frameLength
          + " (the frame length), got " + fftLength);
    }
    initializer("real");
  }

  private STFT initializer(String side) {
    return new STFT(side, window, scaling, periodic);
  }

  private STFTSpectrogram change(String setting, Runnable assignment) {
    return set(setting, assignment);
  }

  /**
   * What is computed of the transform: {@code "log"} (the default), the logarithms of magnitudes; {@code
   * "magnitude"}; {@code "psd"}, the one-sided power spectral density; {@code "real"}, {@code "imag"}; {@code
   * "angle"}; {@code "stft"}, real and imaginary parts.
   */
  public STFTSpectrogram mode(String value) {
    return change("mode", () -> mode = value);
  }

  /** The length of frames; 256 by default. */
  public STFTSpectrogram frameLength(int value) {
    return change("frame_length", () -> frameLength = value);
  }

  /** From the start of a frame to that of the next; null (the default) for half a frame. */
  public STFTSpectrogram frameStep(@Nullable Integer value) {
    return change("frame_step", () -> frameStep = value);
  }

  /** {@link #frameStep(Integer)} of a number. */
  public STFTSpectrogram frameStep(int value) {
    return frameStep((Integer) value);
  }

  /** The length of transforms; null (the default) for the next power of two. */
  public STFTSpectrogram fftLength(@Nullable Integer value) {
    return change("fft_length", () -> fftLength = value);
  }

  /** {@link #fftLength(Integer)} of a number. */
  public STFTSpectrogram fftLength(int value) {
    return fftLength((Integer) value);
  }

  /** The name of a window, a vector of the frame's length, or null for none; {@code "hann"} by default. */
  public STFTSpectrogram window(@Nullable Object value) {
    return change("window", () -> window = value);
  }

  /** Whether a named window is periodic rather than symmetric; false by default. */
  public STFTSpectrogram periodic(boolean value) {
    return change("periodic", () -> periodic = value);
  }

  /** {@code "density"} (the default), {@code "spectrum"} or null, see {@link STFT}. */
  public STFTSpectrogram scaling(@Nullable String value) {
    return change("scaling", () -> scaling = value);
  }

  /** {@code "valid"} (the default) or {@code "same"}. */
  public STFTSpectrogram padding(String value) {
    return change("padding", () -> padding = value);
  }

  /** Whether channels get an axis of their own; false by default. */
  public STFTSpectrogram expandDims(boolean value) {
    return change("expand_dims", () -> expandDims = value);
  }

  /** {@code "channels_last"} or {@code "channels_first"}; the configured one by default. */
  public STFTSpectrogram dataFormat(@Nullable String value) {
    return change("data_format", () -> dataFormat = Extent.dataFormat(value));
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
