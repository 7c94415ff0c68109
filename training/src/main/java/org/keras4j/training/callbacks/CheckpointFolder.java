package org.keras4j.training.callbacks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.io.Folders;

/** A folder of checkpoints by number. One appears whole under its number, and goes whole too. */
record CheckpointFolder(Path directory) {
  private static final String GONE = ".gone-";

  /** The checkpoints, the oldest first. */
  SortedMap<Long, Path> checkpoints() {
    SortedMap<Long, Path> out = new TreeMap<>();
    for (Path p : children()) {
      String name = p.getFileName().toString();
      if (name.matches("\\d{1,18}") && Files.isDirectory(p)) {
        out.put(Long.parseLong(name), p);
      }
    }
    return out;
  }

  private List<Path> children() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Refuses a number that is in use.
   *
   * @throws IllegalStateException if it is
   */
  void requireFree(long step) {
    if (Files.exists(directory.resolve(Long.toString(step)))) {
      throw new IllegalStateException(
          "TrainingCheckpoint: checkpoint " + step + " is in " + directory
              + " already; resume(true) goes on from the newest there, or give another folder");
    }
  }

  /** Writes a checkpoint, and lets the oldest go if there are more than are kept. */
  void write(long step, TrainingModel.Snapshot copy, @Nullable Integer maxToKeep) {
    try {
      AtomicFile.writeNew(directory.resolve(Long.toString(step)), copy::write);
      if (maxToKeep != null) {
        List<Path> all = new ArrayList<>(checkpoints().values());
        for (Path old : all.subList(0, Math.max(0, all.size() - maxToKeep))) {
          Path gone = directory.resolve(GONE + old.getFileName());
          Files.move(old, gone, StandardCopyOption.ATOMIC_MOVE);
          Folders.delete(gone);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "TrainingCheckpoint: checkpoint " + step + " cannot be written", e);
    }
  }

  /** Deletes what a killed process was deleting, and what it had written beside: the next training writes other numbers. */
  void sweep() {
    try {
      for (Path p : children()) {
        if (p.getFileName().toString().startsWith(GONE)) {
          Folders.delete(p);
        }
      }
      if (Files.isDirectory(directory)) {
        AtomicFile.sweep(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
