package org.keras4j.training.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/**
 * The sound in a WAV file.
 *
 * @param samples float32 {@code (samples, channels)}, integers of the file divided so that they lie from -1 to 1
 * @param rate samples a second
 */
public record Wav(NDArray samples, int rate) {
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xfffe;
  private static final int HEAD = 12;
  private static final int ZERO_CROSSINGS = 32;

  /**
   * Reads a file.
   *
   * @param file of integers of 8, 16, 24 or 32 bits, or of floats of 32
   * @return its sound
   * @throws FileFormatException if it is no such file, or larger than {@link ReadLimits} allow
   * @throws IOException if it cannot be read
   */
  public static Wav read(Path file) throws IOException {
    ReadLimits limits = ReadLimits.defaults();
    limits.checkArray("'" + file + "'", Files.size(file));
    ByteBuffer b = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    try {
      return read(b, limits);
    } catch (FileFormatException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException("'" + file + "' " + e.getMessage(), e.getCause()));
    }
  }

  private static Wav read(ByteBuffer b, ReadLimits limits) throws FileFormatException {
    if (b.remaining() < HEAD || !tag(b, 0).equals("RIFF") || !tag(b, 8).equals("WAVE")) {
      throw new FileFormatException("is no WAV file");
    }
    int format = 0;
    int channels = 0;
    int rate = 0;
    int bits = 0;
    for (long at = HEAD; at + 8 <= b.limit(); ) {
      String tag = tag(b, (int) at);
      long size = Integer.toUnsignedLong(b.getInt((int) at + 4));
      int from = (int) at + 8;
      if (tag.equals("fmt ") && size >= 16 && from + 16 <= b.limit()) {
        format = Short.toUnsignedInt(b.getShort(from));
        channels = Short.toUnsignedInt(b.getShort(from + 2));
        rate = b.getInt(from + 4);
        bits = Short.toUnsignedInt(b.getShort(from + 14));
        if (format == EXTENSIBLE && size >= 26 && from + 26 <= b.limit()) {
          format = Short.toUnsignedInt(b.getShort(from + 24));
        }
      } else if (tag.equals("data")) {
        boolean known = format == PCM && (bits == 8 || bits == 16 || bits == 24 || bits == 32)
            || format == FLOAT && bits == 32;
        if (!known || channels < 1 || rate < 1) {
          throw new FileFormatException("holds sound in a form that is not read: format " + format
              + ", " + bits + " bits, " + channels + " channels, " + rate + " samples a second");
        }
        // writers of streams announce more than there is
        int there = (int) Math.min(size, b.limit() - from);
        int count = there / (bits / 8) / channels;
        limits.checkArray("its sound", 4L * count * channels);
        return new Wav(samples(b, from, count, channels, bits, format == FLOAT), rate);
      }
      at += 8 + size + size % 2;
    }
    throw new FileFormatException("has no sound in it");
  }

  private static String tag(ByteBuffer b, int at) {
    byte[] t = new byte[4];
    b.get(at, t);
    return new String(t, StandardCharsets.US_ASCII);
  }

  private static NDArray samples(
      ByteBuffer b, int from, int count, int channels, int bits, boolean isFloat) {
    NDArray out = NDArray.zeros(DType.FLOAT32, Shape.of(count, channels));
    int width = bits / 8;
    for (int i = 0; i < count * channels; i++) {
      int at = from + i * width;
      double v = switch (width) {
        case 1 -> ((b.get(at) & 0xff) - 128) / 128.0;
        case 2 -> b.getShort(at) / 32768.0;
        case 3 ->
          ((b.get(at) & 0xff) << 8 | (b.get(at + 1) & 0xff) << 16 | b.get(at + 2) << 24)
              / 2147483648.0;
        default -> isFloat ? b.getFloat(at) : b.getInt(at) / 2147483648.0;
      };
      out.setDouble(i, v);
    }
    return out;
  }

  /**
   * At another rate: each new sample is the sum of the old ones around it, weighed by a sinc function under a Hann window, which
   * cuts off what the lower of both rates cannot hold.
   *
   * @param newRate samples a second
   * @return the sound at that rate
   */
  public Wav resampled(int newRate) {
    if (newRate == rate) {
      return this;
    }
    int n = (int) samples.shape().dim(0);
    int channels = (int) samples.shape().dim(1);
    int count = (int) ((long) n * newRate / rate);
    double step = (double) rate / newRate;
    double cut = Math.min(1, 1 / step);
    double width = ZERO_CROSSINGS / cut;
    NDArray out = NDArray.zeros(DType.FLOAT32, Shape.of(count, channels));
    double[] sum = new double[channels];
    for (int i = 0; i < count; i++) {
      double center = i * step;
      java.util.Arrays.fill(sum, 0);
      int last = (int) Math.min(n - 1, Math.floor(center + width));
      for (int k = (int) Math.max(0, Math.ceil(center - width)); k <= last; k++) {
        double x = k - center;
        double t = Math.PI * x * cut;
        double w =
            cut * (t == 0 ? 1 : Math.sin(t) / t) * (0.5 + 0.5 * Math.cos(Math.PI * x / width));
        for (int c = 0; c < channels; c++) {
          sum[c] += w * samples.getFloat(k * channels + c);
        }
      }
      for (int c = 0; c < channels; c++) {
        out.setDouble(i * channels + c, sum[c]);
      }
    }
    return new Wav(out, newRate);
  }
}
