package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keras4j.core.NDArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.saving.ModelFileException;

/**
 * Files of weights with what no file should have, one for each published weakness of Keras's loaders that lies in HDF5
 * (CVE-2026-0897, CVE-2026-1669, CVE-2026-12570 and their kin) and more of the kind, made by {@code
 * scripts/make_hdf5_files.py}. Each is refused, as {@code .weights.h5} and within a {@code .keras}, and changes nothing.
 */
@Tag("pytorch")
class HostileWeightsTest {
  private static final Map<String, String> REASONS = new TreeMap<>();

  static {
    // links that lead elsewhere: CVE-2026-1669 and what followed it
    REASONS.put("soft_link", "soft link '0'");
    REASONS.put("soft_link_group", "soft link 'dense'");
    REASONS.put("soft_link_new_style", "soft link '0'");
    REASONS.put("soft_link_beside", "soft link 'beside'");
    REASONS.put("external_link", "external link '0'");
    REASONS.put("external_link_group", "external link 'dense'");
    REASONS.put("external_link_dense_storage", "external link '0'");
    REASONS.put("external_dataset", "is an external dataset");
    REASONS.put("external_dataset_relative", "is an external dataset");
    REASONS.put("virtual_dataset", "is a virtual dataset");
    REASONS.put("cycle", "is inside of itself");
    // much declared, little stored: CVE-2026-0897, CVE-2026-12570
    REASONS.put("shape_bomb_chunked", "maxArrayBytes");
    REASONS.put("shape_bomb_contiguous", "maxArrayBytes");
    REASONS.put("shape_bomb_overflow", "impossible size");
    REASONS.put("shape_bomb_fill_value", "another value than 0");
    REASONS.put("chunk_bomb", "has chunks of 1073741824 bytes");
    REASONS.put("deflate_bomb", "unpacks to more bytes than it can have");
    REASONS.put("deflate_bomb_large", "has a chunk of 32623 bytes");
    REASONS.put("deflate_cut", "is cut short");
    // no numbers, or not in a form that is read
    REASONS.put("strings", "not numbers");
    REASONS.put("compound", "not numbers");
    REASONS.put("references", "not numbers");
    REASONS.put("variable_length", "not numbers");
    REASONS.put("null_space", "without elements");
    REASONS.put("lzf", "filter 32000");
    REASONS.put("named_type", "lies elsewhere in the file");
    // structures that never end
    REASONS.put("tree_cycle", "goes in a circle");
    REASONS.put("header_cycle", "goes in a circle");
    REASONS.put("cut", "is cut short");
  }

  @TempDir
  Path folder;

  private static Path hostile(String name) {
    try {
      return Path.of(Objects.requireNonNull(
              HostileWeightsTest.class.getResource("hostile/" + name + ".weights.h5"), name)
          .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Sequential network() {
    return new Sequential(new Input(4), new Dense(3), new Dense(2));
  }

  static Set<String> names() {
    return REASONS.keySet();
  }

  private static void refused(Path file, String reason, Runnable load) {
    ModelFileException e = assertThrows(ModelFileException.class, load::run);
    assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
    assertTrue(e.getMessage().contains(reason), () -> reason + " is not in: " + e.getMessage());
  }

  @ParameterizedTest
  @MethodSource("names")
  void isRefused(String name) throws IOException {
    Path file = hostile(name);
    Sequential m = network();
    List<NDArray> before = m.getWeights();
    refused(file, REASONS.get(name), () -> m.loadWeights(file));
    assertEquals(before, m.getWeights());
    Path archive = archive(Files.readAllBytes(file));
    refused(archive, REASONS.get(name), () -> Model.load(archive));
  }

  private Path archive(byte[] weights) throws IOException {
    Path good = folder.resolve("good.keras");
    network().save(good);
    Path out = folder.resolve("hostile.keras");
    try (ZipFile in = new ZipFile(good.toFile());
        ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(out))) {
      for (ZipEntry e : in.stream().toList()) {
        zip.putNextEntry(new ZipEntry(e.getName()));
        zip.write(e.getName().endsWith(".h5") ? weights : in.getInputStream(e).readAllBytes());
        zip.closeEntry();
      }
    }
    return out;
  }

  @Test
  void theSameFileWithoutAllThatIsRead() throws IOException {
    Sequential m = network();
    m.loadWeights(hostile("whole"));
    assertEquals(0, m.getWeights().get(0).getDouble(0));
    Model.load(archive(Files.readAllBytes(hostile("whole"))));
  }

  @Test
  void everyFileIsNamed() throws IOException {
    try (Stream<Path> files = Files.list(hostile("whole").getParent())) {
      Set<String> there = files
          .map(p -> p.getFileName().toString().replace(".weights.h5", ""))
          .collect(Collectors.toSet());
      there.remove("whole");
      assertEquals(there, REASONS.keySet());
    }
  }
}
