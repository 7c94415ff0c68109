package org.keras4j.spark;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.Dataset;

/**
 * A worker's samples in a file of its own, read batch by batch. Each batch has the size of all workers' together, and holds
 * the samples of this one alone: of the others a divided step takes none.
 */
final class ShardFile implements Dataset, AutoCloseable {
  private final Columns columns;
  private final SampleLayout layout;
  private final Division division;
  private final int rank;
  // where each batch begins, and where the last one ends
  private final long[] starts;
  private final FileChannel file;

  /**
   * Writes the file.
   *
   * @param samples of this worker, in order; as many are taken as it has
   * @throws IllegalStateException if there are fewer
   */
  ShardFile(
      Path path,
      Columns columns,
      SampleLayout layout,
      Division division,
      int rank,
      Iterator<byte[]> samples)
      throws IOException {
    this.columns = columns;
    this.layout = layout;
    this.division = division;
    this.rank = rank;
    this.starts = new long[division.batches() + 1];
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path), 1 << 16))) {
      long at = 0;
      for (int b = 0; b < division.batches(); b++) {
        starts[b] = at;
        for (int i = 0; i < division.rows(b, rank); i++) {
          if (!samples.hasNext()) {
            throw new IllegalStateException(
                "SparkTrainer: worker " + rank + " did not get sample " + i + " of batch " + b);
          }
          byte[] bytes = samples.next();
          out.write(bytes);
          at += bytes.length;
        }
      }
      starts[division.batches()] = at;
    }
    this.file = FileChannel.open(path, StandardOpenOption.READ);
  }

  @Override
  public int size() {
    return division.batches();
  }

  @Override
  public Batch get(int index) {
    int bytes = Math.toIntExact(starts[index + 1] - starts[index]);
    ByteBuffer all = ByteBuffer.allocate(bytes);
    try {
      while (all.hasRemaining()) {
        if (file.read(all, starts[index] + all.position()) < 0) {
          throw new IOException("the file of the samples is shorter than what was written");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return columns.batch(layout.decoded(
        all.flip(), division.first(index, rank), division.rows(index, rank), division.size(index)));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
