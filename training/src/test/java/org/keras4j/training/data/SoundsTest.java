package org.keras4j.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.npy.Npz;

/** Sounds in folders, batch by batch what keras.utils.audio_dataset_from_directory gives (scripts/record_data.py). */
class SoundsTest {
  @TempDir
  Path folder;

  private Map<String, NDArray> golden;

  @BeforeEach
  void unpack() throws IOException {
    Path file = folder.resolve("sounds.npz");
    try (InputStream in = SoundsTest.class.getResourceAsStream("sounds.npz")) {
      Files.copy(in, file);
    }
    golden = Npz.read(file);
    for (Map.Entry<String, NDArray> e : golden.entrySet()) {
      String[] p = e.getKey().split("_");
      if (p[0].equals("file")) {
        Path to = folder.resolve(p[1]).resolve(p[2]).resolve(p[3] + ".wav");
        Files.createDirectories(Objects.requireNonNull(to.getParent()));
        byte[] bytes = new byte[e.getValue().size()];
        e.getValue().bytes().get(0, bytes);
        Files.write(to, bytes);
      }
    }
  }

  private void same(String name, AudioDirectory sounds) {
    int i = 0;
    for (; golden.containsKey(name + "_" + i + "_x"); i++) {
      Batch b = sounds.get(i);
      equal(golden.get(name + "_" + i + "_x"), (NDArray) Objects.requireNonNull(b.x()), name + i);
      NDArray y = golden.get(name + "_" + i + "_y");
      if (y == null) {
        assertNull(b.y());
      } else {
        equal(y, (NDArray) Objects.requireNonNull(b.y()), name + i + " labels");
      }
    }
    assertEquals(i, sounds.size(), name);
    assertNotNull(golden.get(name + "_0_x"));
  }

  private static void equal(NDArray expected, NDArray found, String what) {
    assertEquals(expected.shape(), found.shape(), what);
    for (int k = 0; k < expected.size(); k++) {
      assertEquals(expected.getDouble(k), found.getDouble(k), what + " [" + k + "]");
    }
  }

  @Test
  void batchesAreKerass() throws IOException {
    Path mono = folder.resolve("mono");
    Path stereo = folder.resolve("stereo");
    same("plain_t", AudioDirectory.of(mono).batchSize(4));
    same(
        "cut_t",
        AudioDirectory.of(mono).outputSequenceLength(13).labelMode(ClassLabels.CATEGORICAL));
    same("long_t", AudioDirectory.of(stereo).outputSequenceLength(60).batchSize(3));
    // in place of ragged batches, those that are filled up
    same("ragged_t", AudioDirectory.of(stereo).batchSize(4));
    same(
        "some_t", AudioDirectory.of(mono, List.of("d", "ab"), false).labelMode(ClassLabels.BINARY));
    same("none_t", AudioDirectory.unlabelled(mono));
    same("given_t", AudioDirectory.labelled(mono, new int[] {3, 1, 2, 0, 0, 1, 2, 3, 1, 1}));
    same("both_t", AudioDirectory.of(mono).training(0.3));
    same("both_v", AudioDirectory.of(mono).validation(0.3));
  }

  /** Which files a seed keeps for validation; their order in batches is another matter. */
  @Test
  void seedsTellFilesApartAsKerasDoes() throws IOException {
    List<AudioDirectory> both = AudioDirectory.of(folder.resolve("mono")).both(0.3, 5);
    for (int i = 0; i < 2; i++) {
      Batch b = both.get(i).get(0);
      NDArray x = (NDArray) Objects.requireNonNull(b.x());
      NDArray y = (NDArray) Objects.requireNonNull(b.y());
      int row = x.size() / y.size();
      int[] order = IntStream.range(0, y.size())
          .boxed()
          .sorted(Comparator.comparing(k -> x.getFloat(k * row)))
          .mapToInt(k -> k)
          .toArray();
      String name = i == 0 ? "seeded_t" : "seeded_v";
      equal(golden.get(name + "_0_x"), x.rows(order), name);
      equal(golden.get(name + "_0_y"), y.rows(order), name);
    }
  }

  private Path wav(int format, int bits, int rate, byte[] samples) throws IOException {
    ByteBuffer b = ByteBuffer.allocate(60 + samples.length).order(ByteOrder.LITTLE_ENDIAN);
    b.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(52 + samples.length);
    b.put("WAVELIST".getBytes(StandardCharsets.US_ASCII))
        .putInt(3)
        .putInt(0); // a part to pass over
    b.put("fmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    b.putShort((short) format).putShort((short) 1).putInt(rate).putInt(rate * bits / 8);
    b.putShort((short) (bits / 8)).putShort((short) bits);
    b.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(samples.length).put(samples);
    Path file = folder.resolve("other/a/x.wav");
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    return Files.write(file, java.util.Arrays.copyOf(b.array(), b.position()));
  }

  private float[] read() throws IOException {
    return ((NDArray) Objects.requireNonNull(
            AudioDirectory.of(folder.resolve("other")).get(0).x()))
        .toFloatArray();
  }

  @Test
  void otherFormsOfSamples() throws IOException {
    wav(1, 8, 8000, new byte[] {0, (byte) 128, (byte) 192});
    assertArrayEquals(new float[] {-1, 0, 0.5f}, read());
    wav(1, 24, 8000, new byte[] {0, 0, (byte) 0x80, 0, 0, 0x40});
    assertArrayEquals(new float[] {-1, 0.5f}, read());
    wav(1, 32, 8000, new byte[] {0, 0, 0, (byte) 0xc0});
    assertArrayEquals(new float[] {-0.5f}, read());
    wav(
        3,
        32,
        8000,
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0.3f).array());
    assertArrayEquals(new float[] {0.3f}, read());
    Path file = wav(6, 8, 8000, new byte[] {1}); // A-law
    IOException e = assertThrows(FileFormatException.class, () -> Wav.read(file));
    assertEquals(true, e.getMessage().contains("format 6"), e.getMessage());
  }

  /** A tone keeps its height and its loudness, and one that the lower rate cannot hold is gone. */
  @Test
  void tonesAtOtherRates() throws IOException {
    for (int to : new int[] {8000, 22050, 48000}) {
      for (double hertz : new double[] {440, 7000}) {
        ByteBuffer b = ByteBuffer.allocate(2 * 4000).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 4000; i++) {
          b.putShort((short) Math.round(16384 * Math.sin(2 * Math.PI * hertz * i / 16000)));
        }
        wav(1, 16, 16000, b.array());
        NDArray x = (NDArray) Objects.requireNonNull(
            AudioDirectory.of(folder.resolve("other")).samplingRate(to).get(0).x());
        int n = 4000 * to / 16000;
        assertEquals(n, x.shape().dim(1));
        boolean holds = hertz < to / 2.0;
        for (int i = n / 10; i < n - n / 10; i++) { // at the ends there is silence around it
          double expected = holds ? 0.5 * Math.sin(2 * Math.PI * hertz * i / to) : 0;
          assertEquals(expected, x.getFloat(i), 0.01, hertz + " Hz at " + to + ", sample " + i);
        }
      }
    }
  }
}
