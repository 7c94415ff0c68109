package org.keras4j.training.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.MersenneTwister;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.core.npy.Npz;

/** Small files in the forms of Keras's datasets, read as Keras reads them (scripts/record_datasets.py). */
class DatasetsTest {
  @TempDir
  Path folder;

  private Map<String, NDArray> golden;

  @BeforeEach
  void read() throws IOException {
    golden = Npz.read(file("golden.npz"));
  }

  private Path file(String name) throws IOException {
    Path out = folder.resolve(name);
    try (InputStream in = DatasetsTest.class.getResourceAsStream(name)) {
      Files.copy(in, out, StandardCopyOption.REPLACE_EXISTING);
    }
    return out;
  }

  private void assertWords(String name, WordData data) {
    assertTexts(name, "train", data.xTrain());
    assertTexts(name, "test", data.xTest());
    assertEquals(golden.get(name + "_y_train"), data.yTrain());
    assertEquals(golden.get(name + "_y_test"), data.yTest());
  }

  private void assertTexts(String name, String part, List<int[]> texts) {
    NDArray lengths = golden.get(name + "_n_" + part);
    NDArray words = golden.get(name + "_x_" + part);
    assertEquals(lengths.size(), texts.size(), name);
    int at = 0;
    for (int i = 0; i < texts.size(); i++) {
      int[] expected = new int[(int) lengths.getLong(i)];
      for (int k = 0; k < expected.length; k++) {
        expected[k] = (int) words.getLong(at++);
      }
      assertArrayEquals(expected, texts.get(i), name + " " + part + " " + i);
    }
  }

  private void assertArrays(String name, ArrayData data) {
    assertEquals(golden.get(name + "_x_train"), data.xTrain());
    assertEquals(golden.get(name + "_y_train"), data.yTrain());
    assertEquals(golden.get(name + "_x_test"), data.xTest());
    assertEquals(golden.get(name + "_y_test"), data.yTest());
  }

  @Test
  void textsAsKerasChoosesAndOrdersThem() throws IOException {
    Path imdb = file("imdb.npz");
    Path reuters = file("reuters.npz");
    assertWords("imdb", Imdb.load(Words.defaults().path(imdb)));
    assertWords(
        "imdb_some",
        Imdb.load(Words.numWords(100)
            .path(imdb)
            .skipTop(5)
            .maxlen(10)
            .seed(7)
            .startChar(4)
            .oovChar(null)
            .indexFrom(2)));
    assertWords(
        "imdb_plain", Imdb.load(Words.defaults().path(imdb).startChar(null).indexFrom(0)));
    assertWords("reuters", Reuters.load(Words.numWords(200).path(reuters).seed(9), 0.3));
    assertWords(
        "reuters_plain",
        Reuters.load(Words.defaults().path(reuters).startChar(null).oovChar(5).skipTop(10), 0.2));
    assertThrows(
        IllegalArgumentException.class,
        () -> Imdb.load(Words.defaults().path(imdb).maxlen(1)));
    assertEquals(46, Reuters.getLabelNames().size());
    assertEquals(
        Map.of("the", 1, "caf\u00e9", 2, "a\"b\\c", 30), Imdb.getWordIndex(file("words.json")));
  }

  @Test
  void numbersAsKerasSplitsThem() throws IOException {
    Path file = file("housing.npz");
    assertArrays("boston", BostonHousing.load(file, 0.2, 113));
    assertArrays("california", CaliforniaHousing.load("small", file, 0.35, 0));
    assertThrows(IllegalArgumentException.class, () -> BostonHousing.load(file, 1, 113));
    assertThrows(
        IllegalArgumentException.class, () -> CaliforniaHousing.load("tiny", file, 0.2, 1));
    assertThrows(FileFormatException.class, () -> Mnist.load(file));
  }

  @Test
  void picturesOfCifarInAllFormsOfPickles() throws IOException {
    for (int i = 1; i <= 5; i++) {
      file("data_batch_" + i);
    }
    file("test_batch");
    ArrayData data = Cifar10.load(folder);
    assertEquals(Shape.of(10, 32, 32, 3), data.xTrain().shape());
    assertEquals(DType.UINT8, data.yTrain().dtype());
    int row = 2 * 32 * 32 * 3;
    for (int i = 0; i < 5; i++) {
      NDArray expected = golden.get("data_batch_" + (i + 1));
      NDArray labels = golden.get("data_batch_" + (i + 1) + "_labels");
      for (int k = 0; k < row; k++) {
        assertEquals(expected.getLong(k), data.xTrain().getLong(i * row + k));
      }
      assertEquals(labels.getLong(0), data.yTrain().getLong(2 * i));
      assertEquals(labels.getLong(1), data.yTrain().getLong(2 * i + 1));
    }
    assertEquals(golden.get("test_batch"), data.xTest());
    assertThrows(IllegalArgumentException.class, () -> Cifar100.load("all", folder));
  }

  @Test
  void fashionMnistIsIdx() throws IOException {
    byte[] labels = {0, 0, 8, 1, 0, 0, 0, 2, 7, 9};
    byte[] images = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, (byte) 200};
    for (String part : List.of("train", "t10k")) {
      packed(part + "-labels-idx1-ubyte.gz", labels);
      packed(part + "-images-idx3-ubyte.gz", images);
    }
    ArrayData data = FashionMnist.load(folder);
    assertEquals(Shape.of(2, 1, 2), data.xTrain().shape());
    assertEquals(200, data.xTest().getLong(3));
    assertEquals(9, data.yTest().getLong(1));
    images[7] = 3;
    packed("train-images-idx3-ubyte.gz", images);
    assertThrows(FileFormatException.class, () -> FashionMnist.load(folder));
  }

  private void packed(String name, byte[] b) throws IOException {
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      out.write(b);
    }
  }

  @Test
  void shufflesAsNumPyAndPythonDo() {
    int checked = 0;
    for (Map.Entry<String, NDArray> e : golden.entrySet()) {
      String[] parts = e.getKey().split("_");
      if (!parts[0].equals("numpy") && !parts[0].equals("python")) {
        continue;
      }
      boolean numPy = parts[0].equals("numpy");
      long seed = Long.parseLong(parts[1]);
      int n = Integer.parseInt(parts[2]);
      MersenneTwister random =
          numPy ? MersenneTwister.ofNumPy(seed) : MersenneTwister.ofPython(seed);
      for (int k = 0; k < e.getValue().size() / n; k++) {
        int[] order = numPy ? random.numPyOrder(n) : random.pythonOrder(n);
        for (int i = 0; i < n; i++) {
          assertEquals(e.getValue().getLong(k * n + i), order[i], e.getKey());
        }
      }
      checked++;
    }
    assertEquals(5, checked);
  }

  private static Object unpickled(String text) throws IOException {
    byte[] b = text.getBytes(StandardCharsets.ISO_8859_1);
    return Pickle.read(new ByteArrayInputStream(b), ReadLimits.defaults());
  }

  @Test
  void picklesThatDoMoreThanHoldDataAreRefused() throws IOException {
    assertEquals(List.of(1, 2), unpickled("(lp0\nI1\naI2\na."));
    for (String hostile : List.of(
        "cos\nsystem\n(S'true'\ntR.",
        "cposix\nsystem\n(S'true'\ntR.",
        "c__builtin__\neval\n(S'1'\ntR.",
        "\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093\u008c\u0001x\u0085R.",
        "(S'true'\nios\nsystem\n.",
        "cnumpy\nndarray\n(tR.",
        "cnumpy\ndtype\n(S'O'\ntR(S'x'\ntb.",
        "]b.",
        "}(]Nu.",
        "P1\n.",
        "\u0082\u0001.",
        "(.",
        ".",
        "a.",
        "h\u0001.",
        "\u008b\u00ff\u00ff\u00ff\u007f.")) {
      IOException e = assertThrows(IOException.class, () -> unpickled(hostile), hostile);
      assertTrue(e instanceof FileFormatException, hostile + ": " + e);
    }
    ReadLimits small = ReadLimits.builder().maxArrayBytes(1000).build();
    byte[] many = "]".repeat(1000).getBytes(StandardCharsets.US_ASCII);
    FileFormatException e = assertThrows(
        FileFormatException.class, () -> Pickle.read(new ByteArrayInputStream(many), small));
    assertTrue(e.getMessage().contains("maxArrayBytes"), e.getMessage());
  }

  @Test
  void damagedPicklesAreRefused() throws IOException {
    byte[] good = Files.readAllBytes(file("data_batch_1"));
    Random random = new Random(5);
    for (int i = 0; i < 3000; i++) {
      byte[] bad = good.clone();
      for (int k = 0; k <= i % 3; k++) {
        int at = i % 2 == 0 ? random.nextInt(160) : random.nextInt(bad.length);
        bad[at] = (byte) random.nextInt();
      }
      try {
        Pickle.read(new ByteArrayInputStream(bad), ReadLimits.defaults());
      } catch (FileFormatException e) {
        continue; // or it is other data, which is no harm
      }
    }
  }
}
