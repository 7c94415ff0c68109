package org.keras4j.tck.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.Keras;
import org.keras4j.data.CsvTable;
import org.keras4j.data.StreamTable;
import org.keras4j.data.TableSource;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.LambdaCallback;

/**
 * Tables larger than memory. With {@code -Dkeras4j.bigTable=5000000000} the file has so many bytes, and the JVM that trains from it
 * a heap of 1 GB.
 */
@Tag("pytorch")
class BigTableTest {
  private static final long SMALL = 150_000_000;
  private static final int COLUMNS = 10;

  @Test
  void readsAFewBatchesAhead() {
    int rows = 40_000;
    int batch = 32;
    AtomicLong made = new AtomicLong();
    AtomicLong trained = new AtomicLong();
    AtomicLong ahead = new AtomicLong();
    TableSource source = TableSource.of(StreamTable.<Long>of(() ->
                LongStream.range(0, rows).peek(i -> made.incrementAndGet()).boxed())
            .column("x", i -> i % 7)
            .column("y", i -> i % 3))
        .x("x")
        .y("y")
        .batchSize(batch);
    Sequential m = new Sequential(new Input(1), new Dense(1));
    m.compile("sgd", "mse");
    m.fit(
        source,
        Fit.epochs(1).verbose(0).callbacks(new LambdaCallback().onTrainBatchEnd((i, logs) -> {
              trained.set((i + 1L) * batch);
              ahead.accumulateAndGet(made.get() - trained.get(), Math::max);
            })));
    assertEquals(rows, made.get());
    assertTrue(ahead.get() <= 64L * batch, "rows ahead of the training: " + ahead);
  }

  @Test
  void trainsFromAFileLargerThanTheHeap(@TempDir Path dir) throws Exception {
    long bytes = Long.getLong("keras4j.bigTable", SMALL);
    Path file = dir.resolve("big.csv");
    long rows = write(file, bytes);
    String heap = bytes > SMALL ? "-Xmx1g" : "-Xmx96m";
    Path log = dir.resolve("log.txt");
    Process p = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            heap,
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            BigTableTest.class.getName(),
            file.toString(),
            Long.toString(rows))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    try {
      assertTrue(p.waitFor(bytes > SMALL ? 60 : 3, TimeUnit.MINUTES), "it takes too long");
    } finally {
      p.destroyForcibly();
    }
    assertEquals(0, p.exitValue(), Files.readString(log));
  }

  private static long write(Path file, long bytes) throws IOException {
    SplittableRandom r = new SplittableRandom(1);
    long rows = 0;
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
      StringBuilder line = new StringBuilder();
      for (int k = 0; k < COLUMNS; k++) {
        line.append('c').append(k).append(',');
      }
      out.append(line.append("y\n"));
      for (long n = 0; n < bytes; rows++) {
        line.setLength(0);
        for (int k = 0; k < COLUMNS; k++) {
          // long texts, so that there are bytes rather than rows
          line.append(r.nextInt(1000)).append(".25000000000000000000000000000,");
        }
        out.append(line.append(rows % 2).append('\n'));
        n += line.length();
      }
    }
    return rows;
  }

  /** Trains an epoch from a file, and sees whether it was all of it. */
  public static void main(String[] args) {
    Keras.setBackend("pytorch");
    long rows = Long.parseLong(args[1]);
    String[] names = new String[COLUMNS];
    for (int k = 0; k < COLUMNS; k++) {
      names[k] = "c" + k;
    }
    int batch = 1000;
    TableSource source = TableSource.of(CsvTable.of(new File(args[0]).toPath()))
        .x(names)
        .y("y")
        .batchSize(batch)
        .shuffle(5000, 1);
    Sequential m = new Sequential(new Input(COLUMNS), new Dense(1));
    m.compile("adam", "mse");
    AtomicLong steps = new AtomicLong();
    m.fit(
        source,
        Fit.epochs(1)
            .verbose(0)
            .callbacks(new LambdaCallback().onTrainBatchEnd((i, logs) -> steps.set(i + 1L))));
    long expected = (rows + batch - 1) / batch;
    if (steps.get() != expected) {
      System.err.println(steps + " steps, expected " + expected);
      System.exit(1);
    }
  }
}
