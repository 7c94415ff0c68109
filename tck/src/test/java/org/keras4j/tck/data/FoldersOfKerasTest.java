package org.keras4j.tck.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.core.files.GetFile;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.ClassLabels;
import org.keras4j.training.data.ImageDirectory;
import org.keras4j.training.data.Images;
import org.keras4j.training.data.TextDirectory;

/** Files of folders and of addresses beside what Keras gave ({@code scripts/record_settings.py}). */
@Tag("pytorch")
class FoldersOfKerasTest {
  @TempDir
  Path folder;

  private JsonNode cases;

  @BeforeEach
  void read() throws IOException {
    try (InputStream in = Objects.requireNonNull(
        FoldersOfKerasTest.class.getResourceAsStream("/org/keras4j/tck/rest/settings.json"))) {
      cases = new ObjectMapper().readTree(in);
    }
  }

  private static List<String> texts(JsonNode list) {
    List<String> out = new ArrayList<>();
    list.forEach(t -> out.add(t.asText()));
    return out;
  }

  private static double[] flat(JsonNode node) {
    return node.isArray()
        ? stream(node)
            .map(FoldersOfKerasTest::flat)
            .flatMapToDouble(Arrays::stream)
            .toArray()
        : new double[] {node.doubleValue()};
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    List<JsonNode> out = new ArrayList<>();
    list.forEach(out::add);
    return out.stream();
  }

  private Path made(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    return file;
  }

  private static ImageDirectory images(Path folder, JsonNode settings) throws IOException {
    ImageDirectory d = settings.has("class_names")
        ? ImageDirectory.of(folder, texts(settings.get("class_names")))
        : ImageDirectory.of(folder);
    Iterator<Map.Entry<String, JsonNode>> all = settings.fields();
    while (all.hasNext()) {
      Map.Entry<String, JsonNode> s = all.next();
      JsonNode v = s.getValue();
      switch (s.getKey()) {
        case "batch_size" -> d.batchSize(v.intValue());
        case "image_size" -> d.imageSize(v.get(0).intValue(), v.get(1).intValue());
        case "color_mode" -> d.colorMode(v.asText());
        case "label_mode" -> d.labelMode(labels(v.asText()));
        case "class_names" -> {}
        default -> throw new IllegalArgumentException(s.getKey());
      }
    }
    return d;
  }

  private static ClassLabels labels(String mode) {
    return ClassLabels.valueOf(mode.toUpperCase(java.util.Locale.ROOT));
  }

  @Test
  void imagesComeInTheSameOrder() throws IOException {
    JsonNode c = cases.get("images");
    for (int n = 0; n < c.get("files").size(); n++) {
      Path file = made(c.get("files").get(n).asText());
      if (file.toString().endsWith("png")) {
        float[] v = new float[4 * 6 * 3];
        Arrays.fill(v, 20 * n + 5);
        Images.saveImg(file, NDArray.of(v, 4, 6, 3), "channels_last", false);
      } else {
        Files.writeString(file, "no picture");
      }
    }
    for (JsonNode one : c.get("cases")) {
      ImageDirectory d = images(folder, one.get("settings"));
      JsonNode got = one.get("got");
      String what = one.get("settings").toString();
      assertEquals(texts(got.get("classes")), d.classNames(), what);
      assertEquals(
          texts(got.get("files")),
          d.filePaths().stream().map(f -> relative(folder, f)).toList(),
          what);
      List<Double> values = new ArrayList<>();
      for (int i = 0; i < d.size(); i++) {
        Batch b = d.get(i);
        NDArray x = (NDArray) b.x();
        long rows = x.shape().dim(0);
        assertEquals(got.get("sizes").get(i).longValue(), rows, what);
        assertArrayEquals(
            flat(got.get("labels").get(i)),
            ((NDArray) Objects.requireNonNull(b.y())).toDoubleArray(),
            what);
        for (int r = 0; r < rows; r++) {
          values.add(Arrays.stream(x.slice(r, r + 1).toDoubleArray()).average().orElseThrow());
        }
      }
      assertEquals(got.get("sizes").size(), d.size(), what);
      assertArrayEquals(
          flat(got.get("values")),
          values.stream().mapToDouble(Double::doubleValue).toArray(),
          1e-4,
          what);
      assertArrayEquals(
          stream(got.get("shape")).mapToLong(JsonNode::longValue).toArray(),
          ((NDArray) d.get(0).x()).shape().toArray(),
          what);
    }
    ImageDirectory all = ImageDirectory.of(folder);
    assertEquals(c.get("split").get(0).intValue(), all.training(0.3).filePaths().size());
    assertEquals(
        c.get("split").get(1).intValue(), all.validation(0.3).filePaths().size());
  }

  private static String relative(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  @Test
  void textsComeInTheSameOrder() throws IOException {
    JsonNode c = cases.get("texts");
    c.get("files").fields().forEachRemaining(f -> {
      try {
        Files.writeString(made(f.getKey()), f.getValue().asText());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    same(c.get("all"), TextDirectory.of(folder).batchSize(3));
    same(c.get("short"), TextDirectory.of(folder).maxLength(4).labelMode(ClassLabels.CATEGORICAL));
  }

  private static void same(JsonNode expected, TextDirectory d) {
    assertEquals(texts(expected.get("classes")), d.classNames());
    List<String> all = new ArrayList<>();
    for (int i = 0; i < d.size(); i++) {
      Batch b = d.get(i);
      all.addAll(List.of(((NDArray) b.x()).toStringArray()));
      assertArrayEquals(
          flat(expected.get("labels").get(i)),
          ((NDArray) Objects.requireNonNull(b.y())).toDoubleArray());
    }
    assertEquals(texts(expected.get("texts")), all);
    assertEquals(expected.get("labels").size(), d.size());
  }

  // a header of 512 bytes, the text, and two blocks of zeros
  private static void tar(Path file, String name, String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[512 * 4];
    put(all, 0, name);
    put(all, 100, "0000644\0");
    put(all, 108, "0000000\0");
    put(all, 116, "0000000\0");
    put(all, 124, String.format("%011o\0", content.length));
    put(all, 136, "00000000000\0");
    put(all, 148, "        ");
    put(all, 156, "0");
    put(all, 257, "ustar\00000");
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += all[i];
    }
    put(all, 148, String.format("%06o\0 ", sum));
    System.arraycopy(content, 0, all, 512, content.length);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(all);
    }
  }

  private static void put(byte[] into, int at, String text) {
    byte[] b = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(b, 0, into, at, b.length);
  }

  @Test
  void fetchedFilesLieInTheSamePlaces() throws IOException {
    Files.writeString(made("in/one.txt"), "one");
    tar(folder.resolve("data.tar.gz"), "in/one.txt", "one");
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(folder.resolve("data.zip")))) {
      zip.putNextEntry(new ZipEntry("in/one.txt"));
      zip.write("one".getBytes(StandardCharsets.UTF_8));
    }
    int n = 0;
    for (JsonNode c : cases.get("fetched")) {
      JsonNode s = c.get("settings");
      Path cache = Files.createDirectory(folder.resolve("cache" + n++));
      GetFile f =
          GetFile.of(folder.resolve(s.get("of").asText()).toUri().toString()).cacheDir(cache);
      if (s.has("fname")) {
        f.fname(s.get("fname").asText());
      }
      if (s.has("cache_subdir")) {
        f.cacheSubdir(s.get("cache_subdir").asText());
      }
      if (s.has("archive_format")) {
        f.archiveFormat(s.get("archive_format").asText());
      }
      if (s.has("extract")) {
        f.extract(s.get("extract").booleanValue());
      }
      Path got = f.get();
      assertEquals(c.get("path").asText(), relative(cache, got), s.toString());
      if (!c.get("files").isNull()) {
        try (Stream<Path> files = Files.walk(got)) {
          assertEquals(
              texts(c.get("files")),
              files
                  .filter(Files::isRegularFile)
                  .map(p -> relative(got, p))
                  .sorted()
                  .toList(),
              s.toString());
        }
      }
    }
    assertEquals(8, n);
  }
}
