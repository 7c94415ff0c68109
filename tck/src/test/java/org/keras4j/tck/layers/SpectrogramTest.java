package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.initializers.STFT;
import org.keras4j.layers.preprocessing.STFTSpectrogram;
import org.keras4j.ops.Ops;

class SpectrogramTest {
  private static final List<String> WINDOWS = List.of(
      "hann",
      "hamming",
      "blackman",
      "nuttall",
      "blackmanharris",
      "flattop",
      "boxcar",
      "bartlett",
      "triang",
      "barthann",
      "bohman",
      "cosine",
      "exponential",
      "lanczos",
      "parzen",
      "taylor",
      "tukey",
      "hann_periodic");

  private static Recorded recorded;

  @BeforeAll
  static void read() throws IOException {
    recorded = Recorded.read("spectrograms.npz");
  }

  @Test
  void kernelsForEachWindow() {
    for (String w : WINDOWS) {
      for (int n : new int[] {8, 9}) {
        for (boolean periodic : new boolean[] {false, true}) {
          String key = w + "_" + n + "_" + (periodic ? "True" : "False");
          Initializer i = new STFT().window(w).periodic(periodic);
          recorded.same(key, i.call(Shape.of(n, 1, 5), DType.FLOAT32), 1e-5);
        }
      }
    }
    Shape shape = Shape.of(8, 1, 9);
    recorded.same("imag", new STFT().side("imag").scaling("spectrum").call(shape, DType.FLOAT32));
    recorded.same(
        "none", new STFT().side("imag").window("none").scaling(null).call(shape, DType.FLOAT32));
    assertEquals(STFT.class, Initializer.get("stft").getClass());
    assertThrows(IllegalArgumentException.class, () -> new STFT().window("kaiser"));
    assertThrows(
        IllegalArgumentException.class,
        () -> new STFT().window(1, 2).scaling(null).call(shape, DType.FLOAT32));
  }

  private static STFTSpectrogram layer(String mode) {
    return new STFTSpectrogram().mode(mode).frameLength(16).frameStep(5).fftLength(32);
  }

  @Test
  void modes() {
    Tensor sound = recorded.of("sound");
    for (String mode : List.of("log", "magnitude", "psd", "real", "imag", "stft")) {
      recorded.same("mode_" + mode, layer(mode).invoke(sound), 1e-3);
    }
    // angles of nothing are any, and those near pi may be near -pi
    Tensor x = Ops.subtract(recorded.of("mode_angle"), layer("angle").invoke(sound));
    Tensor power = Ops.exp(recorded.of("mode_log"));
    Tensor off = Ops.where(Ops.greater(power, 1e-3), Ops.subtract(1, Ops.cos(x)), 0);
    assertEquals(0, Ops.max(off).item(), 1e-5);
    LayerTck.check(layer("log"), sound);
    LayerTck.check(layer("stft").dtype("float16"), Ops.cast(sound, "float16"));
  }

  @Test
  void shapes() {
    Tensor last = recorded.of("sound");
    Tensor first = Ops.transpose(last, 0, 2, 1);
    for (String format : List.of("channels_last", "channels_first")) {
      for (boolean expand : new boolean[] {false, true}) {
        STFTSpectrogram l = new STFTSpectrogram()
            .mode("magnitude")
            .frameLength(20)
            .window("hamming")
            .padding("same")
            .expandDims(expand)
            .dataFormat(format);
        Tensor in = format.equals("channels_first") ? first : last;
        recorded.same(format + "_" + (expand ? "True" : "False"), l.invoke(in), 1e-3);
        LayerTck.check(l, in);
      }
    }
  }

  @Test
  void settingsAreChecked() {
    Tensor sound = recorded.of("sound");
    for (STFTSpectrogram l : List.of(
        layer("loud"),
        layer("log").frameStep(17),
        layer("log").fftLength(8),
        layer("log").window("kaiser"),
        layer("log").scaling("none"))) {
      assertThrows(IllegalArgumentException.class, () -> l.invoke(sound));
    }
  }
}
