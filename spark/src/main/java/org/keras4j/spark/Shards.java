package org.keras4j.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.training.data.Batch;
import scala.Tuple2;

/**
 * Brings each sample of a dataset to the worker whose it is, in the order of the dataset: one counting pass, then one shuffle of
 * Spark. Nothing is collected.
 */
final class Shards {
  /** Set in the keys of samples for validation, which so come after those for training. */
  static final long VALIDATION = 1L << 62;

  private static final int TOGETHER = 64;

  private final Columns columns;
  private final List<String> names;
  private final int ranks;
  private @Nullable SampleLayout layout;

  Shards(Columns columns, int ranks) {
    this.columns = columns;
    this.names = columns.names();
    this.ranks = ranks;
  }

  /** How the samples lie in bytes. */
  SampleLayout layout() {
    if (layout == null) {
      throw new IllegalStateException("No dataset was divided");
    }
    return layout;
  }

  /**
   * A dataset's samples in bytes by keys, which tell whose they are and in which order they come.
   *
   * @param offset of the keys
   * @param batch samples of a batch
   */
  Part of(Dataset<Row> data, long offset, int batch, String what) {
    JavaRDD<Row> rows = selected(data).javaRDD();
    if (layout == null) {
      List<Row> first = rows.take(1);
      if (first.isEmpty()) {
        throw new IllegalArgumentException("SparkTrainer: " + what + " has no rows");
      }
      RowTable one = new RowTable(first.iterator(), names);
      layout = new SampleLayout(columns.arrays(columns.source(one, 1).iterator().next()));
    }
    List<Long> counts = rows.mapPartitions(Shards::counted).collect();
    // where each partition begins, and where the last one ends
    long[] starts = new long[counts.size() + 1];
    for (int i = 0; i < counts.size(); i++) {
      starts[i + 1] = starts[i] + counts.get(i);
    }
    long n = starts[counts.size()];
    if (n == 0) {
      throw new IllegalArgumentException("SparkTrainer: " + what + " has no rows");
    }
    Division d = new Division(n, batch, ranks);
    Columns c = columns;
    List<String> cells = names;
    SampleLayout l = layout;
    JavaRDD<Tuple2<Long, byte[]>> keyed = rows.mapPartitionsWithIndex(
        (i, it) -> new Keyed(c, cells, l, d, it, starts[i], starts[i + 1], offset), true);
    return new Part(d, JavaPairRDD.fromJavaRDD(keyed));
  }

  /**
   * A divided dataset.
   *
   * @param samples by keys
   */
  record Part(Division division, JavaPairRDD<Long, byte[]> samples) {}

  private Dataset<Row> selected(Dataset<Row> data) {
    return data.select(names.get(0), names.subList(1, names.size()).toArray(new String[0]));
  }

  private static Iterator<Long> counted(Iterator<Row> rows) {
    long n = 0;
    while (rows.hasNext()) {
      rows.next();
      n++;
    }
    return List.of(n).iterator();
  }

  /** Each worker's samples as a partition, in order. */
  JavaPairRDD<Long, byte[]> divided(JavaPairRDD<Long, byte[]> samples) {
    return samples.repartitionAndSortWithinPartitions(new ByRank(ranks));
  }

  /** Keys count samples, and among those of one sample ranks. */
  private static final class ByRank extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int ranks;

    ByRank(int ranks) {
      this.ranks = ranks;
    }

    @Override
    public int numPartitions() {
      return ranks;
    }

    @Override
    public int getPartition(Object key) {
      return (int) (((Long) key & (VALIDATION - 1)) % ranks);
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof ByRank b && b.ranks == ranks;
    }

    @Override
    public int hashCode() {
      return ranks;
    }
  }

  /** The samples of a partition of the dataset. */
  private static final class Keyed implements Iterator<Tuple2<Long, byte[]>> {
    private final Columns columns;
    private final SampleLayout layout;
    private final Division division;
    private final Iterator<Batch> batches;
    private final long end;
    private final long offset;
    private final List<Tuple2<Long, byte[]>> ready = new ArrayList<>();
    private int at;
    private long sample;

    Keyed(
        Columns columns,
        List<String> names,
        SampleLayout layout,
        Division division,
        Iterator<Row> rows,
        long start,
        long end,
        long offset) {
      this.columns = columns;
      this.layout = layout;
      this.division = division;
      this.batches = columns.source(new RowTable(rows, names), TOGETHER).iterator();
      this.sample = start;
      this.end = end;
      this.offset = offset;
    }

    @Override
    public boolean hasNext() {
      while (at == ready.size() && batches.hasNext()) {
        ready.clear();
        at = 0;
        List<NDArray> arrays = columns.arrays(batches.next());
        layout.require(arrays);
        int rows = (int) arrays.get(0).shape().dim(0);
        require(sample + rows <= end);
        for (int i = 0; i < rows; i++, sample++) {
          byte[] bytes = layout.encoded(arrays, i);
          int rank = division.rank(sample);
          for (int r = Math.max(rank, 0); r <= (rank < 0 ? division.ranks() - 1 : rank); r++) {
            ready.add(new Tuple2<>(offset + sample * division.ranks() + r, bytes));
          }
        }
      }
      require(at < ready.size() || sample == end);
      return at < ready.size();
    }

    private static void require(boolean same) {
      if (!same) {
        throw new IllegalStateException("SparkTrainer: the dataset gave other rows when it was"
            + " read again; what is not the same each time is to be cached or written first");
      }
    }

    @Override
    public Tuple2<Long, byte[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.get(at++);
    }
  }
}
