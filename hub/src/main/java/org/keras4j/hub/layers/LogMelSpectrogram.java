package org.keras4j.hub.layers;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.ops.Ops;

/**
 * Sound as Whisper hears it: the power of frequencies in frames that overlap, summed up in bands of the mel scale (Slaney's,
 * each band's weights having the same area), its decimal logarithm, no more than 8 below the loudest, plus 4, over 4. Frames
 * have a periodic Hann window and are centred at multiples of the stride, the sound being mirrored at its ends; there is no
 * frame at the very end. As {@code WhisperFeatureExtractor} of Hugging Face computes it, in float64; in float32 quiet bands
 * are less exact.
 *
 * <p>Input shape: {@code (batch, samples)}, from -1 to 1. Output shape: {@code (batch, samples / stride, mels)}.
 *
 * <pre>{@code
 * Tensor sound = Ops.zeros(new long[] {1, 16000}); // a second
 * Tensor bands = new LogMelSpectrogram(80).invoke(sound); // (1, 100, 80)
 * }</pre>
 */
@KerasSerializable(pkg = "keras4j_hub")
public final class LogMelSpectrogram extends FluentLayer<LogMelSpectrogram> {
  private static final double RANGE = 8;
  private static final double FLOOR = 1e-10;

  @Config
  private int mels;

  @Config
  private int samplingRate = 16000;

  @Config
  private int frameLength = 400;

  @Config
  private int stride = 160;

  private @Nullable NDArray waves;
  private @Nullable NDArray filters;

  private LogMelSpectrogram() {}

  /**
   * With so many bands.
   *
   * @param mels how many bands, 80 for most of Whisper's sizes, 128 for the newest
   * @throws IllegalArgumentException if it is below 1
   */
  public LogMelSpectrogram(int mels) {
    this.mels = mels;
    configured();
  }

  @Override
  protected void configured() {
    if (mels < 1
        || samplingRate < 1
        || frameLength < 2
        || frameLength % 2 != 0
        || stride < 1
        || stride > frameLength / 2) {
      throw new IllegalArgumentException(label()
          + ": expected positive 'mels', 'samplingRate', an even 'frameLength', and a 'stride' of"
          + " at most its half, got "
          + mels + ", " + samplingRate + ", " + frameLength + " and " + stride);
    }
  }

  /**
   * How many samples a second has.
   *
   * @param value 16000 by default
   * @return this layer
   */
  public LogMelSpectrogram samplingRate(int value) {
    set("samplingRate", () -> samplingRate = value);
    configured();
    return this;
  }

  /**
   * How many samples a frame has.
   *
   * @param value 400 by default; even
   * @return this layer
   */
  public LogMelSpectrogram frameLength(int value) {
    set("frameLength", () -> frameLength = value);
    configured();
    return this;
  }

  /**
   * How many samples lie between the beginnings of frames.
   *
   * @param value 160 by default; at most half a frame
   * @return this layer
   */
  public LogMelSpectrogram stride(int value) {
    set("stride", () -> stride = value);
    configured();
    return this;
  }

  @Override
  protected void build(Shape input) {
    if (input.rank() != 2) {
      throw new IllegalArgumentException(
          label() + ": expected (batch, samples), got input shape " + input);
    }
    waves = waves();
    filters = filters();
  }

  // cosines, then sines, of each frequency under the window: (frame, 1, 2 * frequencies)
  private NDArray waves() {
    int n = frameLength / 2 + 1;
    NDArray out = NDArray.zeros(DType.FLOAT64, Shape.of(frameLength, 1, 2L * n));
    for (int t = 0; t < frameLength; t++) {
      double window = 0.5 - 0.5 * Math.cos(2 * Math.PI * t / frameLength);
      for (int k = 0; k < n; k++) {
        double angle = 2 * Math.PI * ((long) k * t % frameLength) / frameLength;
        out.setDouble(t * 2 * n + k, window * Math.cos(angle));
        out.setDouble(t * 2 * n + n + k, -window * Math.sin(angle));
      }
    }
    return out;
  }

  // how much a frequency counts for a band, twice: (2 * frequencies, mels)
  private NDArray filters() {
    int n = frameLength / 2 + 1;
    double[] edges = new double[mels + 2];
    double top = mel(samplingRate / 2.0);
    for (int i = 0; i < edges.length; i++) {
      edges[i] = hertz(top * i / (mels + 1));
    }
    NDArray out = NDArray.zeros(DType.FLOAT64, Shape.of(2L * n, mels));
    for (int k = 0; k < n; k++) {
      double f = samplingRate / 2.0 * k / (n - 1);
      for (int m = 0; m < mels; m++) {
        double rising = (f - edges[m]) / (edges[m + 1] - edges[m]);
        double falling = (edges[m + 2] - f) / (edges[m + 2] - edges[m + 1]);
        double weight = Math.max(0, Math.min(rising, falling)) * 2 / (edges[m + 2] - edges[m]);
        out.setDouble(k * mels + m, weight);
        out.setDouble((n + k) * mels + m, weight);
      }
    }
    return out;
  }

  private static double mel(double hertz) {
    return hertz < 1000 ? 3 * hertz / 200 : 15 + Math.log(hertz / 1000) * 27 / Math.log(6.4);
  }

  private static double hertz(double mel) {
    return mel < 15 ? 200 * mel / 3 : 1000 * Math.exp((mel - 15) * Math.log(6.4) / 27);
  }

  @Override
  protected Tensor call(Tensor sound) {
    DType d = computeDtype();
    int half = frameLength / 2;
    // at the right as much less as a frame more would need
    Tensor x = Ops.pad(sound, new int[][] {{0, 0}, {half, half - stride}}, "reflect");
    Tensor parts = Ops.conv(
        Ops.expandDims(x, -1),
        Ops.convertToTensor(Objects.requireNonNull(waves), d),
        stride,
        "valid",
        "channels_last",
        1);
    Tensor bands =
        Ops.matmul(Ops.square(parts), Ops.convertToTensor(Objects.requireNonNull(filters), d));
    Tensor log = Ops.log10(Ops.maximum(bands, FLOOR));
    Tensor loudest = Ops.max(log, new int[] {1, 2}, true);
    return Ops.divide(Ops.add(Ops.maximum(log, Ops.subtract(loudest, RANGE)), 4), 4);
  }
}
