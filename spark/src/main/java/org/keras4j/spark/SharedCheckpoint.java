package org.keras4j.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.keras4j.distribution.Distribution;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.Logs;

/**
 * Keeps what a training is in a folder of any file system that Hadoop reads, and goes on from the newest there. A checkpoint
 * is written beside and renamed; the one before is kept.
 */
final class SharedCheckpoint extends Callback {
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,18})\\.weights\\.h5");
  private static final int KEPT = 2;

  private final org.apache.hadoop.fs.Path folder;
  private final FileSystem files;
  private final Path local;
  private final int steps;
  private int unsaved;
  private int lastBatch = -1;

  /**
   * For one training.
   *
   * @param steps after how many batches to save; 0 for each epoch
   * @param local a folder of this process alone
   */
  SharedCheckpoint(String folder, int steps, Configuration hadoop, Path local) {
    this.folder = new org.apache.hadoop.fs.Path(folder);
    this.steps = steps;
    this.local = local;
    try {
      this.files = this.folder.getFileSystem(hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Kept(long number, org.apache.hadoop.fs.Path path) {}

  // the newest first
  private List<Kept> kept() throws IOException {
    List<Kept> out = new ArrayList<>();
    if (files.exists(folder)) {
      for (FileStatus s : files.listStatus(folder)) {
        Matcher m = NAME.matcher(s.getPath().getName());
        if (m.matches()) {
          out.add(new Kept(Long.parseLong(m.group(1)), s.getPath()));
        }
      }
    }
    out.sort(Comparator.comparingLong(Kept::number).reversed());
    return out;
  }

  @Override
  public void onTrainBegin(Logs logs) {
    try {
      List<Kept> all = kept();
      if (!all.isEmpty()) {
        Path copy = local.resolve("newest.weights.h5");
        files.copyToLocalFile(
            false, all.get(0).path, new org.apache.hadoop.fs.Path(copy.toUri()), true);
        if (!model().resumeTraining(copy)) {
          throw new IllegalStateException("SparkTrainer: " + all.get(0).path
              + " holds weights alone, so no training goes on from it");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "SparkTrainer: the checkpoints in " + folder + " cannot be read", e);
    }
  }

  @Override
  public void onTrainBatchEnd(int batch, Logs logs) {
    if (steps == 0) {
      return;
    }
    unsaved += batch <= lastBatch ? batch + 1 : batch - lastBatch;
    lastBatch = batch;
    if (unsaved >= steps) {
      unsaved = 0;
      save();
    }
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    if (steps == 0) {
      save();
    }
  }

  private void save() {
    if (!Distribution.isChief()) {
      return;
    }
    try {
      Path written = local.resolve("next.weights.h5");
      model().saveTraining(written);
      List<Kept> all = kept();
      long number = all.isEmpty() ? 1 : all.get(0).number + 1;
      var fresh = new org.apache.hadoop.fs.Path(folder, ".writing-" + number);
      var target = new org.apache.hadoop.fs.Path(folder, "checkpoint-" + number + ".weights.h5");
      files.mkdirs(folder);
      files.copyFromLocalFile(true, true, new org.apache.hadoop.fs.Path(written.toUri()), fresh);
      if (!files.rename(fresh, target)) {
        throw new IOException(target + " is there already: does another training use the folder?");
      }
      for (Kept old : all.subList(Math.min(KEPT - 1, all.size()), all.size())) {
        files.delete(old.path, false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "SparkTrainer: a checkpoint cannot be written to " + folder, e);
    }
  }

  /** Deletes the checkpoints of a training that is done. */
  static void clear(String folder, Configuration hadoop) {
    var path = new org.apache.hadoop.fs.Path(folder);
    try {
      FileSystem files = path.getFileSystem(hadoop);
      if (files.exists(path)) {
        for (FileStatus s : files.listStatus(path)) {
          String name = s.getPath().getName();
          if (NAME.matcher(name).matches() || name.startsWith(".writing-")) {
            files.delete(s.getPath(), false);
          }
        }
        if (files.listStatus(path).length == 0) {
          files.delete(path, false);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, Object> state() {
    return Map.of("unsaved", unsaved, "last_batch", lastBatch);
  }

  @Override
  public void restore(Map<String, Object> state) {
    unsaved = number(state, "unsaved");
    lastBatch = number(state, "last_batch");
  }

  private static int number(Map<String, Object> state, String name) {
    if (state.get(name) instanceof Number n) {
      return n.intValue();
    }
    throw new IllegalArgumentException("SparkTrainer: a checkpoint has no '" + name + "'");
  }

  @Override
  public boolean looksAtBatches() {
    return steps > 0;
  }
}
