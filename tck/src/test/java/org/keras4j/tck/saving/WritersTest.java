package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.tck.pages.Checkout;

/**
 * All modules write files through {@code AtomicFile}, which leaves the old file or the new one whole; the exceptions stand
 * here with their reasons.
 */
@Tag("pytorch")
class WritersTest {
  private static final Pattern WRITES = Pattern.compile(
      "Files\\.(write|writeString|newBufferedWriter|newOutputStream|copy|move|createTemp\\w+|newByteChannel)\\(|new"
          + " (FileOutputStream|FileWriter|RandomAccessFile|PrintWriter)\\("
          + "|FileChannel\\.open\\(|ImageIO\\.write\\([^)]*(toFile|File)");

  private static final Map<String, String> EXCEPTIONS = new TreeMap<>(Map.ofEntries(
      Map.entry("AtomicFile.java", "the place itself"),
      Map.entry("Part.java", "the place itself"),
      Map.entry("Parts.java", "the place itself"),
      Map.entry("FileBytes.java", "reads, and unpacks what is large into a temporary file"),
      Map.entry(
          "CSVLogger.java", "adds a row with each epoch to a file that others read meanwhile"),
      Map.entry("BackupAndRestore.java", "renames whole backups"),
      Map.entry("CheckpointFolder.java", "renames whole checkpoints"),
      Map.entry("EventFile.java", "adds events to a file that others read meanwhile"),
      Map.entry("KerasHubDecoder.java", "a temporary folder that a tokenizer is read from"),
      Map.entry("ModelReader.java", "reads"),
      Map.entry("MappedFile.java", "reads"),
      Map.entry("Gguf.java", "reads"),
      Map.entry("GgufTokenizer.java", "a temporary file that a tokenizer is read from"),
      Map.entry("PresetReader.java", "a temporary file that a tokenizer is read from"),
      Map.entry("QuietStart.java", "a temporary file that standard error goes to"),
      Map.entry("Corpus.java", "a temporary copy of a resource"),
      Map.entry("Archives.java", "unpacks into a fresh folder, which is renamed when it is whole"),
      Map.entry("ArchiveFolder.java", "a temporary folder that an archive is unpacked into"),
      Map.entry("FolderLock.java", "a lock, which holds nothing"),
      Map.entry(
          "LiteRtFormat.java", "a temporary folder for the SavedModel that the converter reads"),
      Map.entry("StableHloBytesFormat.java", "a temporary file for what another process says"),
      Map.entry("Download.java", "goes on with the part that is there"),
      Map.entry("ShardFile.java", "a temporary file of a worker's samples, gone with the training"),
      Map.entry("ModelBytes.java", "a temporary folder that bytes of a model are loaded from"),
      Map.entry(
          "TorchScriptProgram.java", "a temporary file that libtorch writes or reads a module by"),
      Map.entry("TrainingTests.java", "files of tests"),
      Map.entry("LayerTests.java", "files of tests")));

  @Test
  void filesAreWrittenInOnePlace() throws IOException {
    List<Path> modules;
    try (Stream<Path> all = Files.list(Checkout.file(""))) {
      modules = all.filter(p -> Files.isDirectory(p.resolve("src/main/java")))
          .filter(
              p -> !p.getFileName().toString().matches("benchmarks|examples|registry-processor"))
          .toList();
    }
    TreeSet<String> found = new TreeSet<>();
    List<String> elsewhere = new ArrayList<>();
    for (Path m : modules) {
      try (Stream<Path> sources = Files.walk(m.resolve("src/main/java"))) {
        for (Path s : sources.filter(p -> p.toString().endsWith(".java")).toList()) {
          String name = s.getFileName().toString();
          if (WRITES.matcher(Files.readString(s)).find()) {
            found.add(name);
            if (!EXCEPTIONS.containsKey(name)) {
              elsewhere.add(s.toString());
            }
          }
        }
      }
    }
    assertEquals(List.of(), elsewhere, "write with AtomicFile, or give the reason here");
    assertEquals(EXCEPTIONS.keySet(), found, "exceptions that are none any more");
  }
}
