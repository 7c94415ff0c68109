package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.saving.ModelFileException;
import org.keras4j.saving.internal.hdf5.H5Writer;

/** Model files that are damaged, hostile, or something else: each is refused with the file and the reason named. */
@Tag("pytorch")
class HostileFilesTest {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.weights.h5";

  @TempDir
  Path folder;

  private Path good;
  private Map<String, byte[]> entries;

  @BeforeEach
  void save() throws IOException {
    Sequential m = network();
    m.compile("adam", "mse");
    m.trainOnBatch(new float[2][4], new float[2][2]);
    good = folder.resolve("good.keras");
    m.save(good);
    entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(good.toFile())) {
      for (ZipEntry e : zip.stream().toList()) {
        entries.put(e.getName(), zip.getInputStream(e).readAllBytes());
      }
    }
  }

  private static Sequential network() {
    return new Sequential(new Input(4), new Dense(3).name("first"), new Dense(2).name("second"));
  }

  private Path archive(Map<String, byte[]> contents) throws IOException {
    Path file = Files.createTempFile(folder, "hostile", ".keras");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> e : contents.entrySet()) {
        zip.putNextEntry(new ZipEntry(e.getKey()));
        zip.write(e.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }

  private Path with(String name, byte[] content) throws IOException {
    Map<String, byte[]> changed = new LinkedHashMap<>(entries);
    changed.put(name, content);
    return archive(changed);
  }

  private Path withConfig(String from, String to) throws IOException {
    String config = new String(entries.get(CONFIG), StandardCharsets.UTF_8);
    assertTrue(config.contains(from), config);
    return with(CONFIG, config.replace(from, to).getBytes(StandardCharsets.UTF_8));
  }

  private static void refused(Path file, String reason) {
    ModelFileException e = assertThrows(ModelFileException.class, () -> Model.load(file));
    assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
    assertTrue(e.getMessage().contains(reason), () -> reason + " is not in: " + e.getMessage());
  }

  @Test
  void unchangedEntriesLoad() throws IOException {
    assertEquals(
        2, Model.load(archive(entries)).predict(new float[1][4]).shape().dim(1));
  }

  @Test
  void truncatedAndFlippedArchives() throws IOException {
    byte[] bytes = Files.readAllBytes(good);
    for (int n : new int[] {0, 1, 30, bytes.length / 2, bytes.length - 1}) {
      Path cut = folder.resolve("cut" + n + ".keras");
      Files.write(cut, Arrays.copyOf(bytes, n));
      refused(cut, "archive");
    }
    float[][] x = {{1, -2, 3, -4}};
    NDArray expected = Model.load(good).predict(x);
    java.util.Random random = new java.util.Random(1);
    for (int i = 0; i < 200; i++) {
      byte[] flipped = bytes.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      Path file = folder.resolve("flipped.keras");
      Files.write(file, flipped);
      try {
        // what a flip of a date or a comment leaves alone
        assertEquals(expected, Model.load(file).predict(x));
      } catch (ModelFileException e) {
        assertTrue(e.getMessage().contains("flipped.keras"), e.getMessage());
      }
    }
  }

  /** Wherever in the weights a bit flips, the archive's checksum tells. */
  @Test
  void everyFlippedBitInTheWeightsIsSeen() throws IOException {
    byte[] bytes = Files.readAllBytes(good);
    byte[] weights = entries.get(WEIGHTS);
    int from = 0;
    while (!Arrays.equals(Arrays.copyOfRange(bytes, from, from + weights.length), weights)) {
      from++;
    }
    java.util.Random random = new java.util.Random(3);
    Path file = folder.resolve("flipped.keras");
    for (int i = 0; i < 200; i++) {
      byte[] flipped = bytes.clone();
      flipped[from + random.nextInt(weights.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, flipped);
      refused(file, "entry '" + WEIGHTS + "' is damaged: its checksum is");
    }
  }

  @Test
  void damagedWeights() throws IOException {
    byte[] weights = entries.get(WEIGHTS);
    for (int n : new int[] {0, 8, 100, weights.length / 2}) {
      refused(with(WEIGHTS, Arrays.copyOf(weights, n)), "weights");
    }
    java.util.Random random = new java.util.Random(2);
    for (int i = 0; i < 300; i++) {
      byte[] flipped = weights.clone();
      // the structures of HDF5, not the numbers
      flipped[random.nextInt(Math.min(2048, flipped.length))] ^= (byte) (1 << random.nextInt(8));
      Path file = with(WEIGHTS, flipped);
      try {
        Model.load(file);
      } catch (ModelFileException e) {
        assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
      }
    }
  }

  @Test
  void foreignFiles() throws IOException {
    Path text = folder.resolve("text.keras");
    Files.writeString(text, "no model at all");
    refused(text, "no archive");
    refused(archive(Map.of("readme.txt", new byte[3])), "it has no " + WEIGHTS);
    Map<String, byte[]> bare = new LinkedHashMap<>(entries);
    bare.remove(CONFIG);
    refused(archive(bare), "it has no " + CONFIG);
    Path folderNamedSo = Files.createDirectory(folder.resolve("folder.keras"));
    refused(folderNamedSo, "this is a folder");
    Files.writeString(folderNamedSo.resolve("config.json"), "{}");
    refused(folderNamedSo, "it has no " + WEIGHTS);
    Files.delete(folderNamedSo.resolve("config.json"));
    Files.writeString(folderNamedSo.resolve("saved_model.pb"), "");
    refused(folderNamedSo, "a TensorFlow SavedModel, which the layer TFSMLayer runs");
    refused(folder.resolve("missing.keras"), "no such file");
    refused(with(CONFIG, "[1, 2]".getBytes(StandardCharsets.UTF_8)), "JSON object");
    refused(with(CONFIG, "{\"class_name\": ".getBytes(StandardCharsets.UTF_8)), "JSON");
    refused(
        with(
            CONFIG,
            "{\"module\":\"keras.layers\",\"class_name\":\"Dense\",\"config\":{\"units\":3}}"
                .getBytes(StandardCharsets.UTF_8)),
        "no model");
  }

  @Test
  void pathsThatLeadOutAndLinks() throws IOException {
    for (String name : List.of("../evil.txt", "/etc/evil", "assets/../../evil", "a\\..\\evil")) {
      refused(with(name, new byte[1]), "leads out of the archive");
    }
    // a symbolic link is an entry that holds its target's name
    refused(with(CONFIG, "/etc/passwd".getBytes(StandardCharsets.UTF_8)), CONFIG);
    try (Stream<Path> files = Files.list(folder.getParent())) {
      assertTrue(files.noneMatch(p -> p.getFileName().toString().startsWith("evil")));
    }
  }

  @Test
  void repeatedEntries() throws IOException {
    Path file = with("config.jsom", entries.get(CONFIG));
    byte[] bytes = Files.readAllBytes(file);
    byte[] other = "config.jsom".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i + other.length <= bytes.length; i++) {
      if (Arrays.equals(Arrays.copyOfRange(bytes, i, i + other.length), other)) {
        bytes[i + other.length - 1] = 'n';
      }
    }
    Files.write(file, bytes);
    refused(file, "two entries '" + CONFIG + "'");
  }

  @Test
  void bombs() throws IOException {
    byte[] zeros = new byte[300 << 20];
    refused(with(WEIGHTS, zeros), "more than");
    refused(with(CONFIG, zeros), "more than");
    // the same with a header that declares a small size
    Path file = with(WEIGHTS, zeros);
    byte[] bytes = Files.readAllBytes(file);
    byte[] declared = {0, 0, (byte) 0xc0, 0x12}; // 300 MiB in little endian
    boolean found = false;
    for (int i = 0; i + 4 <= bytes.length; i++) {
      if (Arrays.equals(Arrays.copyOfRange(bytes, i, i + 4), declared)) {
        bytes[i + 1] = 16;
        bytes[i + 2] = 0;
        bytes[i + 3] = 0;
        found = true;
      }
    }
    assertTrue(found);
    Files.write(file, bytes);
    refused(file, "");
  }

  @Test
  void hugeShapes() throws IOException {
    refused(
        withConfig("\"units\":3", "\"units\":2000000000"), "more than the file has weights for");
    refused(withConfig("\"units\":3", "\"units\":1000000000000000000"), "units");
    refused(withConfig("\"units\":3", "\"units\":-3"), "units");
    refused(withConfig("\"units\":3", "\"units\":\"many\""), "units");
    refused(withConfig("\"units\":3", "\"units\":5"), "shape");
    refused(withConfig("[null,4]", "[null,4000000000000]"), "");
  }

  @Test
  void unknownClassesAndSettings() throws IOException {
    refused(withConfig("\"class_name\":\"Dense\"", "\"class_name\":\"Dance\""), "Dance");
    refused(
        withConfig(
            "\"module\":\"keras.layers\",\"class_name\":\"Dense\"",
            "\"module\":\"java.lang\",\"class_name\":\"Runtime\""),
        "Unknown class 'Runtime'");
    refused(withConfig("\"use_bias\"", "\"use_bios\""), "use_bios");
    refused(withConfig("\"use_bias\":true", "\"use_bias\":\"perhaps\""), "use_bias");
    refused(withConfig("\"units\":3", "\"units\":null"), "units");
    refused(withConfig("\"layers\":[", "\"layers\":[null,"), CONFIG);
    refused(withConfig("\"class_name\":\"Adam\"", "\"class_name\":\"Adamant\""), "Adamant");
  }

  private void layerRefused(String moduleAndClass, String config, String reason)
      throws IOException {
    refused(
        withConfig(
            "\"layers\":[",
            "\"layers\":[{" + moduleAndClass + ",\"config\":" + config
                + ",\"registered_name\":null},"),
        reason);
  }

  /** CVE-2024-3660: Python bytecode in the config of a Lambda layer. */
  @Test
  void bytecodeOfLambdas() throws IOException {
    for (String function : List.of(
        "{\"class_name\":\"__lambda__\",\"config\":{\"value\":\"4wEAAAAAAAAA\",\"defaults\":null,\"closure\":null}}",
        "[\"4wEAAAAAAAAA\",null,null]",
        "{\"module\":\"builtins\",\"class_name\":\"function\",\"config\":\"eval\"}")) {
      layerRefused(
          "\"module\":\"keras.layers\",\"class_name\":\"Lambda\"",
          "{\"function\":" + function + "}",
          "");
    }
  }

  /** CVE-2025-1550: a config that names any module and function. */
  @Test
  void modulesAndFunctionsOfAnyName() throws IOException {
    for (String module : List.of(
        "os", "builtins", "subprocess", "java.lang", "org.keras4j.models", "keras.src.utils")) {
      layerRefused(
          "\"module\":\"" + module
              + "\",\"class_name\":\"function\",\"registered_name\":\"function\"",
          "\"system\"",
          "");
      layerRefused(
          "\"module\":\"" + module + "\",\"class_name\":\"Popen\"", "{\"args\":[\"id\"]}", "Popen");
    }
    refused(
        withConfig(
            "\"activation\":\"linear\"",
            "\"activation\":{\"module\":\"os\",\"class_name\":\"function\",\"config\":\"system\",\"registered_name\":null}"),
        "system");
  }

  /** CVE-2025-8747 and CVE-2025-9906: functions of Keras itself that write files or switch safety off. */
  @Test
  void functionsOfKerasAsGadgets() throws IOException {
    for (String gadget : List.of(
        "\"module\":\"keras.utils\",\"class_name\":\"function\",\"config\":\"get_file\"",
        "\"module\":\"keras.src.utils.file_utils\",\"class_name\":\"function\",\"config\":\"get_file\"",
        "\"module\":\"keras.config\",\"class_name\":\"function\",\"config\":\"enable_unsafe_deserialization\"",
        "\"module\":\"keras.saving\",\"class_name\":\"function\",\"config\":\"load_model\"")) {
      String name = gadget.substring(gadget.lastIndexOf(':') + 2, gadget.length() - 1);
      refused(
          withConfig(
              "\"activation\":\"linear\"",
              "\"activation\":{" + gadget + ",\"registered_name\":null}"),
          name);
      refused(
          withConfig(
              "\"kernel_initializer\":{",
              "\"kernel_initializer\":{\"x\":0," + gadget + "},\"y\":{"),
          "");
    }
  }

  /** CVE-2025-9905: the older format, in which Keras did not heed its safe mode. */
  @Test
  void wholeModelsOfTheOlderFormat() throws IOException {
    Path file = folder.resolve("model.h5");
    Files.write(file, entries.get(WEIGHTS));
    refused(file, "model_config");
    Path renamed = folder.resolve("model.keras");
    Files.write(renamed, entries.get(WEIGHTS));
    refused(renamed, "archive");
  }

  /** CVE-2025-49655, CVE-2026-1462: layers that unpickle, or run a SavedModel. */
  @Test
  void layersThatRunForeignCode() throws IOException {
    layerRefused(
        "\"module\":\"keras.layers\",\"class_name\":\"TorchModuleWrapper\"",
        "{\"module\":{\"class_name\":\"__bytes__\",\"config\":{\"value\":\"gASV\"}}}",
        "TorchModuleWrapper");
    layerRefused(
        "\"module\":\"keras.layers\",\"class_name\":\"TFSMLayer\"",
        "{\"filepath\":\"/tmp/saved_model\",\"call_endpoint\":\"serve\"}",
        "TFSMLayer");
    layerRefused(
        "\"module\":\"keras.layers\",\"class_name\":\"JaxLayer\"",
        "{\"call_fn\":\"eval\"}",
        "JaxLayer");
  }

  /** An entry that is a link: what Keras unpacked (#23015) is refused whatever it is called. */
  @Test
  void linksAmongTheEntries() throws IOException {
    Path file = with("assets/layers/dense/link", "/etc/passwd".getBytes(StandardCharsets.UTF_8));
    byte[] bytes = Files.readAllBytes(file);
    byte[] name = "assets/layers/dense/link".getBytes(StandardCharsets.US_ASCII);
    int at = bytes.length;
    while (!Arrays.equals(Arrays.copyOfRange(bytes, at, at + name.length), name)) {
      at--;
    }
    bytes[at - 46 + 5] = 3; // made by Unix
    bytes[at - 46 + 41] = (byte) 0xa1; // a link
    Files.write(file, bytes);
    refused(file, "symbolic link");
  }

  /** Assets whose folder belongs to no layer of the model are never looked at, and nothing is unpacked. */
  @Test
  void assetsOfNoLayer() throws IOException {
    assertEquals(
        2,
        Model.load(with("assets/../assets2/x".replace("../", ""), new byte[10]))
            .predict(new float[1][4])
            .shape()
            .dim(1));
    refused(with("assets/../x", new byte[10]), "leads out of the archive");
  }

  @Test
  void deeplyNestedConfigs() throws IOException {
    for (int depth : new int[] {300, 100_000}) {
      String deep = "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
      String config = new String(entries.get(CONFIG), StandardCharsets.UTF_8);
      refused(
          with(
              CONFIG,
              config.replace("\"units\":3", "\"units\":" + deep).getBytes(StandardCharsets.UTF_8)),
          "");
    }
  }

  private Path weights(Map<String, NDArray> datasets) throws IOException {
    Path file = Files.createTempFile(folder, "weights", ".weights.h5");
    H5Writer h5 = new H5Writer();
    datasets.forEach((k, a) -> {
      String layer = k.startsWith("first/") ? "dense" : "dense_1";
      String name = k.substring(k.indexOf('/') + 1);
      h5.dataset("layers/" + layer + "/vars", name, a.dtype(), a.shape(), () -> a);
    });
    try (OutputStream out = Files.newOutputStream(file)) {
      h5.write(out);
    }
    return file;
  }

  private static NDArray floats(long... dims) {
    return NDArray.zeros(DType.FLOAT32, Shape.of(dims));
  }

  private static Map<String, NDArray> fitting() {
    Map<String, NDArray> out = new LinkedHashMap<>();
    out.put("first/0", floats(4, 3));
    out.put("first/1", floats(3));
    out.put("second/0", floats(3, 2));
    out.put("second/1", floats(2));
    return out;
  }

  private void weightsRefused(Map<String, NDArray> datasets, String reason) throws IOException {
    Sequential m = network();
    List<NDArray> before = m.getWeights();
    Path file = weights(datasets);
    ModelFileException e = assertThrows(ModelFileException.class, () -> m.loadWeights(file));
    assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
    assertTrue(e.getMessage().contains(reason), () -> reason + " is not in: " + e.getMessage());
    assertEquals(before, m.getWeights());
  }

  @Test
  void weightsThatDoNotFitChangeNothing() throws IOException {
    network().loadWeights(weights(fitting()));
    Map<String, NDArray> shape = fitting();
    shape.put("second/0", floats(2, 3));
    weightsRefused(shape, "second");
    Map<String, NDArray> fewer = fitting();
    fewer.remove("second/1");
    weightsRefused(fewer, "has 1");
    Map<String, NDArray> more = fitting();
    more.put("second/2", floats(2));
    weightsRefused(more, "has 3");
    Map<String, NDArray> named = fitting();
    named.remove("second/1");
    named.put("second/bias", floats(2));
    weightsRefused(named, "missing");
    // another dtype of numbers is converted
    Map<String, NDArray> wide = fitting();
    wide.put("second/1", NDArray.of(new double[] {1, 2}));
    Sequential m = network();
    m.loadWeights(weights(wide));
    assertEquals(2.0, m.getWeights().get(3).getDouble(1));
    Path text = folder.resolve("text.weights.h5");
    Files.writeString(text, "no HDF5");
    assertThrows(ModelFileException.class, () -> m.loadWeights(text));
    assertThrows(ModelFileException.class, () -> m.loadWeights(folder.resolve("no.weights.h5")));
    assertThrows(ModelFileException.class, () -> m.loadWeights(folder.resolve("weights.bin")));
  }

  /** A layer whose config cannot be written, so that saving fails half way. */
  private static final class Unsaved extends org.keras4j.layers.Layer {
    @Override
    protected org.keras4j.core.Tensor call(org.keras4j.core.Tensor x) {
      return x;
    }
  }

  /** A layer whose weights cannot be read, so that saving fails when half of the file is written. */
  private static final class Failing extends org.keras4j.layers.Layer {
    @Override
    protected void build(Shape input) {
      addWeight("w", Shape.of(2), "ones");
    }

    @Override
    protected org.keras4j.core.Tensor call(org.keras4j.core.Tensor x) {
      return x;
    }

    @Override
    public NDArray savedValue(Variable v) {
      throw new IllegalStateException("the device is gone");
    }
  }

  /** Weights without elements are weights too. */
  @Test
  void emptyWeights() {
    Sequential m = new Sequential(new Input(0), new Dense(2).biasInitializer("ones"));
    Path file = folder.resolve("empty.keras");
    m.save(file);
    assertEquals(m.getWeights(), Model.load(file).getWeights());
  }

  @Test
  void aFailingWriteLeavesTheOldFile() throws IOException {
    byte[] before = Files.readAllBytes(good);
    Sequential bad = new Sequential(new Input(4), new Unsaved(), new Dense(1));
    assertThrows(RuntimeException.class, () -> bad.save(good));
    assertArrayEquals(before, Files.readAllBytes(good));
    Path weights = folder.resolve("old.weights.h5");
    network().saveWeights(weights);
    byte[] old = Files.readAllBytes(weights);
    Sequential failing = new Sequential(new Input(4), new Dense(300), new Failing());
    assertThrows(IllegalStateException.class, () -> failing.saveWeights(weights));
    assertArrayEquals(old, Files.readAllBytes(weights));
    network().saveWeights(weights);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(Set.of(good, weights), files.collect(Collectors.toSet()));
    }
    Path inFile = good.resolve("below.keras");
    assertThrows(ModelFileException.class, () -> network().save(inFile));
  }

  @Test
  void writtenBytesAreAnArchive() throws IOException {
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    try (ZipFile zip = new ZipFile(good.toFile())) {
      for (ZipEntry e : zip.stream().toList()) {
        names.writeBytes((e.getName() + " ").getBytes(StandardCharsets.US_ASCII));
      }
    }
    assertEquals(
        "metadata.json config.json model.weights.h5 ", names.toString(StandardCharsets.US_ASCII));
  }
}
