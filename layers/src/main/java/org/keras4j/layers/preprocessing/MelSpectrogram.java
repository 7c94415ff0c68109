package org.keras4j.layers.preprocessing;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.ReadBudget;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Spectrograms of sound on the mel scale ({@code keras.layers.MelSpectrogram}): the magnitudes of a
 * short-time Fourier transform to a power, summed up in triangular bands, in decibels unless told otherwise.
 *
 * <p>Input shape: {@code (batch, time)} or {@code (time)}. Output shape: {@code (batch, numMelBins, frames)} or
 * {@code (numMelBins, frames)}.
 *
 * <pre>{@code
 * Tensor y = new MelSpectrogram().numMelBins(64).samplingRate(8000).invoke(Ops.ones(new long[] {2, 16000})); // (2, 64, 32)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class MelSpectrogram extends FluentLayer<MelSpectrogram> {
  @Config
  private int fftLength = 2048;

  @Config
  private int sequenceStride = 512;

  @Config
  private @Nullable Integer sequenceLength;

  @Config
  private String window = "hann";

  @Config
  private int samplingRate = 16000;

  @Config
  private int numMelBins = 128;

  @Config
  private Number minFreq = 20.0;

  @Config
  private @Nullable Number maxFreq;

  @Config
  private boolean powerToDb = true;

  @Config
  private Number topDb = 80.0;

  @Config
  private Number magExp = 2.0;

  @Config
  private Number minPower = 1e-10;

  @Config
  private Number refPower = 1.0;

  /** With Keras's defaults. */
  public MelSpectrogram() {}

  @Override
  protected void configured() {
    Extent.of(label() + " sizes", 4, 1, fftLength, sequenceStride, samplingRate, numMelBins);
    if (length() > fftLength) {
      throw new IllegalArgumentException(label() + ": 'sequenceLength' expects " + fftLength
          + " (the FFT's length) at most, got " + sequenceLength);
    }
  }

  private int length() {
    return sequenceLength == null ? fftLength : sequenceLength;
  }

  private Number highest() {
    return maxFreq == null ? (Number) (samplingRate / 2) : maxFreq;
  }

  private MelSpectrogram change(String setting, Runnable assignment) {
    set(setting, assignment);
    configured();
    return this;
  }

  /**
   * The length of the transform.
   *
   * @param value 2048 by default
   * @return this layer
   */
  public MelSpectrogram fftLength(int value) {
    return change("fftLength", () -> fftLength = value);
  }

  /**
   * The steps between frames.
   *
   * @param value 512 by default
   * @return this layer
   */
  public MelSpectrogram sequenceStride(int value) {
    return change("sequenceStride", () -> sequenceStride = value);
  }

  /**
   * The length of frames.
   *
   * @param value null (the default) for the transform's
   * @return this layer
   */
  public MelSpectrogram sequenceLength(@Nullable Integer value) {
    return change("sequenceLength", () -> sequenceLength = value);
  }

  /** {@link #sequenceLength(Integer)} of a number. */
  public MelSpectrogram sequenceLength(int value) {
    return sequenceLength((Integer) value);
  }

  /**
   * The window that frames are multiplied with.
   *
   * @param value {@code "hann"} (the default) or {@code "hamming"}
   * @return this layer
   */
  public MelSpectrogram window(String value) {
    return change("window", () -> window = value);
  }

  /**
   * Samples per second.
   *
   * @param value 16000 by default
   * @return this layer
   */
  public MelSpectrogram samplingRate(int value) {
    return change("samplingRate", () -> samplingRate = value);
  }

  /**
   * The number of bands.
   *
   * @param value 128 by default
   * @return this layer
   */
  public MelSpectrogram numMelBins(int value) {
    return change("numMelBins", () -> numMelBins = value);
  }

  /**
   * The lowest frequency.
   *
   * @param value 20 by default
   * @return this layer
   */
  public MelSpectrogram minFreq(Number value) {
    return change("minFreq", () -> minFreq = value);
  }

  /**
   * The highest frequency.
   *
   * @param value null (the default) for half the sampling rate
   * @return this layer
   */
  public MelSpectrogram maxFreq(@Nullable Number value) {
    return change("maxFreq", () -> maxFreq = value);
  }

  /**
   * Whether results are decibels.
   *
   * @param value true by default
   * @return this layer
   */
  public MelSpectrogram powerToDb(boolean value) {
    return change("powerToDb", () -> powerToDb = value);
  }

  /**
   * How far results may be below the highest one, in decibels.
   *
   * @param value 80 by default
   * @return this layer
   */
  public MelSpectrogram topDb(Number value) {
    return change("topDb", () -> topDb = value);
  }

  /**
   * The power of magnitudes.
   *
   * @param value 1 for energy, 2 (the default) for power
   * @return this layer
   */
  public MelSpectrogram magExp(Number value) {
    return change("magExp", () -> magExp = value);
  }

  /**
   * The least power.
   *
   * @param value 1e-10 by default
   * @return this layer
   */
  public MelSpectrogram minPower(Number value) {
    return change("minPower", () -> minPower = value);
  }

  /**
   * The power of 0 decibels.
   *
   * @param value 1 by default
   * @return this layer
   */
  public MelSpectrogram refPower(Number value) {
    return change("refPower", () -> refPower = value);
  }

  @Override
  protected Tensor call(Tensor x) {
    DType t = computeDtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    List<Tensor> parts =
        Ops.stft(Prims.convert(x, t), length(), sequenceStride, fftLength, window, true);
    Tensor magnitude = Ops.sqrt(Ops.add(Ops.square(parts.get(0)), Ops.square(parts.get(1))));
    Tensor bands = Ops.matmul(Ops.power(magnitude, magExp), bands(t));
    Tensor y = powerToDb ? decibels(bands) : bands;
    return Prims.convert(Prims.swap(y, -1, -2), computeDtype());
  }

  private Tensor decibels(Tensor power) {
    Tensor db = Ops.multiply(10.0, Ops.log10(Ops.maximum(power, minPower)));
    double reference = Math.max(Math.abs(refPower.doubleValue()), minPower.doubleValue());
    db = Ops.subtract(db, 10 * Math.log10(reference));
    return Ops.maximum(db, Ops.subtract(Ops.max(db), topDb));
  }

  private static float mel(float hertz) {
    return 1127f * (float) Math.log(1f + hertz / 700f);
  }

  // what each frequency adds to each band: triangles that overlap by half; in float32 as Keras
  private Tensor bands(DType dtype) {
    int frequencies = fftLength / 2 + 1;
    float low = mel(minFreq.floatValue());
    float high = mel(highest().floatValue());
    ReadBudget.table(label() + ": the bands", 8, frequencies, numMelBins);
    float[] edges = new float[numMelBins + 2];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = between(low, high, i, edges.length - 1);
    }
    float[] out = new float[frequencies * numMelBins];
    for (int f = 1; f < frequencies; f++) {
      float m = mel(between(0, samplingRate / 2f, f, frequencies - 1));
      for (int b = 0; b < numMelBins; b++) {
        float up = (m - edges[b]) / (edges[b + 1] - edges[b]);
        float down = (edges[b + 2] - m) / (edges[b + 2] - edges[b + 1]);
        out[f * numMelBins + b] = Math.max(0, Math.min(up, down));
      }
    }
    return ArrayLike.tensor(NDArray.of(out, frequencies, numMelBins), dtype);
  }

  private static float between(float low, float high, int i, int n) {
    float part = (float) i / n;
    return i == n ? high : low * (1 - part) + high * part;
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("sequence_length", length());
    out.put("max_freq", highest());
    return out;
  }
}
