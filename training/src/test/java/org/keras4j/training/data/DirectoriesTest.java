package org.keras4j.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;

class DirectoriesTest {
  @TempDir
  private Path folder;

  private static NDArray ramp(int height, int width, int channels) {
    float[] v = new float[height * width * channels];
    for (int i = 0; i < v.length; i++) {
      v[i] = i * 7 % 256;
    }
    return NDArray.of(v, height, width, channels);
  }

  @Test
  void picturesSurviveFiles() throws IOException {
    for (int channels : new int[] {1, 3, 4}) {
      NDArray x = ramp(3, 5, channels);
      Path file = folder.resolve("x" + channels + ".png");
      Images.saveImg(file, x, "channels_last", false);
      String mode = channels == 1 ? "grayscale" : channels == 3 ? "rgb" : "rgba";
      NDArray back = Images.imgToArray(Images.loadImg(file, mode));
      assertEquals(x.shape(), back.shape());
      assertArrayEquals(x.toFloatArray(), back.toFloatArray());
    }
    // ITU-R 601-2 as the Python Imaging Library computes it
    NDArray color = NDArray.of(new float[] {10, 200, 30, 255, 0, 128}, 1, 2, 3);
    Images.saveImg(folder.resolve("c.png"), color, null, false);
    BufferedImage gray = Images.loadImg(folder.resolve("c.png"), "grayscale");
    assertArrayEquals(new float[] {124, 91}, Images.imgToArray(gray).toFloatArray());
    // scaled to the whole range
    NDArray small = NDArray.of(new float[] {-1, 0, 1}, 1, 3, 1);
    assertArrayEquals(
        new float[] {0, 127, 255},
        Images.imgToArray(Images.arrayToImg(small, null, true)).toFloatArray());
    NDArray first = Images.imgToArray(
        Images.arrayToImg(ramp(3, 5, 3), "channels_last", false), "channels_first", null);
    assertEquals("(3, 3, 5)", first.shape().toString());
    assertEquals(7 * 4, first.getDouble(15 + 1)); // second channel of the second column
    assertThrows(
        IllegalArgumentException.class, () -> Images.arrayToImg(ramp(2, 2, 2), null, false));
    Files.writeString(folder.resolve("no.png"), "no picture");
    assertThrows(IOException.class, () -> Images.loadImg(folder.resolve("no.png"), "rgb"));
  }

  private void write(String name, double value) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    float[] v = new float[4 * 6 * 3];
    java.util.Arrays.fill(v, (float) value);
    Images.saveImg(file, NDArray.of(v, 4, 6, 3), "channels_last", false);
  }

  private static NDArray array(Object x) {
    return (NDArray) Objects.requireNonNull(x);
  }

  @Test
  void imagesInFolders() throws IOException {
    for (int i = 0; i < 5; i++) {
      write("cat/" + i + ".png", 10 + i);
      write("dog/deep/" + i + ".png", 20 + i);
    }
    Files.writeString(folder.resolve("cat/notes.txt"), "no picture");
    ImageDirectory all = ImageDirectory.of(folder).imageSize(2, 3).batchSize(4);
    assertEquals(List.of("cat", "dog"), all.classNames());
    assertEquals(10, all.samples());
    assertEquals(3, all.size());
    Batch b = all.get(1);
    assertEquals("(4, 2, 3, 3)", array(b.x()).shape().toString());
    assertEquals(14, array(b.x()).getDouble(0));
    assertEquals(20, array(b.x()).getDouble(18), 1e-4);
    assertArrayEquals(new int[] {0, 1, 1, 1}, array(b.y()).toIntArray());
    Batch hot = ImageDirectory.of(folder).labelMode(ClassLabels.CATEGORICAL).get(0);
    assertEquals("(10, 2)", array(hot.y()).shape().toString());
    assertEquals("(10, 256, 256, 3)", array(hot.x()).shape().toString());
    Batch only = ImageDirectory.of(folder, List.of("dog"))
        .colorMode("grayscale")
        .dataFormat("channels_first")
        .imageSize(4, 6)
        .get(0);
    assertEquals("(5, 1, 4, 6)", array(only.x()).shape().toString());
    assertArrayEquals(new int[5], array(only.y()).toIntArray());
    assertThrows(IllegalArgumentException.class, () -> ImageDirectory.of(folder, List.of("bird")));
    assertThrows(
        IllegalArgumentException.class,
        () -> ImageDirectory.of(folder, List.of("dog")).labelMode(ClassLabels.BINARY));

    Set<Path> seen = new HashSet<>(all.training(0.3, 5).filePaths());
    assertEquals(7, seen.size());
    List<Path> rest = all.validation(0.3, 5).filePaths();
    assertEquals(3, rest.size());
    assertTrue(rest.stream().noneMatch(seen::contains));
  }

  @Test
  void shuffledBatchesHoldEverySample() throws IOException {
    for (int i = 0; i < 6; i++) {
      Files.writeString(folder.resolve(i + ".txt"), "text " + i);
    }
    TextDirectory texts =
        TextDirectory.unlabelled(folder).batchSize(4).maxLength(6).shuffle(3L);
    Set<String> seen = new TreeSet<>();
    Set<String> orders = new HashSet<>();
    for (int epoch = 0; epoch < 5; epoch++) {
      StringBuilder order = new StringBuilder();
      for (var it = texts.iterator(); it.hasNext(); ) {
        Batch b = it.next();
        assertEquals(null, b.y());
        for (String s : array(b.x()).toStringArray()) {
          seen.add(s);
          order.append(s);
        }
      }
      orders.add(order.toString());
      texts.onEpochEnd();
    }
    assertEquals(Set.of("text 0", "text 1", "text 2", "text 3", "text 4", "text 5"), seen);
    assertTrue(orders.size() > 1);
    assertEquals("te", array(texts.maxLength(2).get(0).x()).getString(0));
  }

  @Test
  void windowsOfSeries() {
    float[] data = new float[10];
    float[] targets = new float[10];
    for (int i = 0; i < 10; i++) {
      data[i] = i;
      targets[i] = 100 + i;
    }
    TimeseriesDataset all =
        new TimeseriesDataset(data, targets, TimeseriesDataset.Windows.of(4)).batchSize(5);
    assertEquals(7, all.samples());
    assertArrayEquals(
        new float[] {5, 6, 7, 8, 6, 7, 8, 9}, array(all.get(1).x()).toFloatArray());
    assertArrayEquals(new float[] {105, 106}, array(all.get(1).y()).toFloatArray());
    // as Keras: start_index 1, end_index 9, every second step, windows two apart
    TimeseriesDataset some =
        new TimeseriesDataset(data, null, new TimeseriesDataset.Windows(3, 2, 2, 1, 9));
    assertArrayEquals(new float[] {1, 3, 5, 3, 5, 7}, array(some.get(0).x()).toFloatArray());
    assertEquals("(2, 3)", array(some.get(0).x()).shape().toString());
    assertThrows(
        IllegalArgumentException.class,
        () -> new TimeseriesDataset(data, null, TimeseriesDataset.Windows.of(11)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TimeseriesDataset(data, null, new TimeseriesDataset.Windows(2, 0, 1, 0, null)));
  }

  /** Archives are folders: zip is read in place, tar is unpacked; a folder around the classes is looked through. */
  @Test
  void archivesAreFolders(@TempDir Path other) throws IOException {
    write("flowers/pictures/a/1.png", 10);
    write("flowers/pictures/a/2.png", 20);
    write("flowers/pictures/b/3.png", 30);
    Path top = folder.resolve("flowers");
    ImageDirectory wanted = ImageDirectory.of(top.resolve("pictures")).imageSize(4, 6);
    List<Path> archives =
        List.of(zip(top, other.resolve("x.zip")), tar(top, other.resolve("x.tgz")));
    for (Path archive : archives) {
      ImageDirectory got = ImageDirectory.of(archive).imageSize(4, 6);
      assertEquals(List.of("a", "b"), got.classNames());
      assertEquals(wanted.get(0).x(), got.get(0).x());
      assertEquals(wanted.get(0).y(), got.get(0).y());
      assertEquals(3, ImageDirectory.unlabelled(archive).filePaths().size());
    }
    Files.writeString(other.resolve("none.tgz"), "no archive");
    assertThrows(IOException.class, () -> ImageDirectory.of(other.resolve("none.tgz")));
  }

  private static Path zip(Path top, Path target) throws IOException {
    try (var out = new java.util.zip.ZipOutputStream(Files.newOutputStream(target));
        var all = Files.walk(top)) {
      for (Path p : all.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(
            new java.util.zip.ZipEntry(top.relativize(p).toString().replace('\\', '/')));
        Files.copy(p, out);
        out.closeEntry();
      }
    }
    return target;
  }

  private static Path tar(Path top, Path target) throws IOException {
    try (var out = new java.util.zip.GZIPOutputStream(Files.newOutputStream(target));
        var all = Files.walk(top)) {
      for (Path p : all.filter(Files::isRegularFile).sorted().toList()) {
        byte[] head = new byte[512];
        put(head, 0, top.relativize(p).toString().replace('\\', '/'));
        put(head, 100, "0000644");
        put(head, 124, String.format("%011o", Files.size(p)));
        put(head, 136, "00000000000");
        put(head, 148, "        ");
        head[156] = '0';
        put(head, 257, "ustar\00000");
        int sum = 0;
        for (byte b : head) {
          sum += b & 0xff;
        }
        put(head, 148, String.format("%06o\0 ", sum));
        out.write(head);
        Files.copy(p, out);
        out.write(new byte[(int) ((512 - Files.size(p) % 512) % 512)]);
      }
      out.write(new byte[1024]);
    }
    return target;
  }

  private static void put(byte[] head, int at, String text) {
    byte[] b = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    System.arraycopy(b, 0, head, at, b.length);
  }
}
