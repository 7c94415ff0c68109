package org.keras4j.tck.distribution;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.keras4j.core.DType;
import org.keras4j.core.spi.Collectives;
import org.keras4j.core.spi.CollectivesException;
import org.keras4j.distribution.DataParallel;

/** Ranks that are threads of this process. */
public final class ThreadRanks {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  final AtomicInteger operations = new AtomicInteger();
  private final int size;
  private final long bucket;
  private final CyclicBarrier barrier;
  private final ByteBuffer[] given;
  private volatile String failure;

  public ThreadRanks(int size) {
    this(size, 25 << 20);
  }

  /**
   * With buckets of a size.
   *
   * @param bucket bytes of one
   */
  ThreadRanks(int size, long bucket) {
    this.size = size;
    this.bucket = bucket;
    this.barrier = new CyclicBarrier(size);
    this.given = new ByteBuffer[size];
  }

  /** Runs on each rank with its end as a data parallel distribution; the results by rank. */
  public <R> List<R> run(Function<Integer, R> body) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(size);
    try {
      List<Future<R>> all = new ArrayList<>();
      for (int r = 0; r < size; r++) {
        int rank = r;
        Callable<R> task = () -> new DataParallel(new End(rank)).scope(() -> body.apply(rank));
        all.add(pool.submit(task));
      }
      List<R> out = new ArrayList<>();
      Exception first = null;
      for (Future<R> f : all) {
        try {
          out.add(f.get(5, TimeUnit.MINUTES));
        } catch (ExecutionException e) {
          Exception cause = e.getCause() instanceof Exception c ? c : e;
          if (first == null || first instanceof CollectivesException) {
            first = cause;
          }
        }
      }
      if (first != null) {
        throw first;
      }
      return out;
    } finally {
      pool.shutdownNow();
    }
  }

  private void meet() {
    if (failure != null) {
      throw new CollectivesException(failure, -1, null);
    }
    try {
      barrier.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (BrokenBarrierException | TimeoutException e) {
      throw new CollectivesException(failure == null ? "A rank did not come" : failure, -1, null);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class End implements Collectives {
    private final int rank;

    End(int rank) {
      this.rank = rank;
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public Duration timeout() {
      return PATIENCE;
    }

    @Override
    public long bucketBytes() {
      return bucket;
    }

    private void give(ByteBuffer data) {
      if (rank == 0) {
        operations.incrementAndGet();
      }
      ByteBuffer copy = ByteBuffer.allocate(data.limit()).order(ByteOrder.nativeOrder());
      ByteBuffer from = data.duplicate();
      from.rewind();
      copy.put(from).rewind();
      given[rank] = copy;
      meet();
    }

    @Override
    public Pending allReduce(ByteBuffer data, DType dtype, Fold fold) {
      give(data);
      fold(data, 0, dtype, fold);
      meet();
      return () -> {};
    }

    private void fold(ByteBuffer out, int offset, DType dtype, Fold fold) {
      for (int i = 0; i < out.limit(); i += dtype.size()) {
        int at = offset + i;
        switch (dtype) {
          case FLOAT32 -> {
            float v = given[0].getFloat(at);
            for (int r = 1; r < size; r++) {
              float w = given[r].getFloat(at);
              v = fold == Fold.SUM ? v + w : fold == Fold.MAX ? Math.max(v, w) : Math.min(v, w);
            }
            out.putFloat(i, v);
          }
          case FLOAT64 -> {
            double v = given[0].getDouble(at);
            for (int r = 1; r < size; r++) {
              double w = given[r].getDouble(at);
              v = fold == Fold.SUM ? v + w : fold == Fold.MAX ? Math.max(v, w) : Math.min(v, w);
            }
            out.putDouble(i, v);
          }
          case INT32 -> {
            int v = given[0].getInt(at);
            for (int r = 1; r < size; r++) {
              int w = given[r].getInt(at);
              v = fold == Fold.SUM ? v + w : fold == Fold.MAX ? Math.max(v, w) : Math.min(v, w);
            }
            out.putInt(i, v);
          }
          case INT64 -> {
            long v = given[0].getLong(at);
            for (int r = 1; r < size; r++) {
              long w = given[r].getLong(at);
              v = fold == Fold.SUM ? v + w : fold == Fold.MAX ? Math.max(v, w) : Math.min(v, w);
            }
            out.putLong(i, v);
          }
          default -> throw new IllegalArgumentException(dtype.toString());
        }
      }
    }

    @Override
    public void broadcast(ByteBuffer data, int root) {
      give(data);
      if (rank != root) {
        data.put(0, given[root], 0, data.limit());
      }
      meet();
    }

    @Override
    public void allGather(ByteBuffer mine, ByteBuffer all) {
      give(mine);
      ByteBuffer to = all.duplicate();
      to.rewind();
      for (ByteBuffer b : given) {
        to.put(b.duplicate());
      }
      meet();
    }

    @Override
    public void reduceScatter(ByteBuffer all, ByteBuffer mine, DType dtype, Fold fold) {
      give(all);
      fold(mine, rank * mine.limit(), dtype, fold);
      meet();
    }

    @Override
    public void barrier() {
      meet();
    }

    @Override
    public void abort(String reason) {
      failure = "Rank " + rank + " failed: " + reason;
      barrier.reset();
    }

    @Override
    public void close() {}
  }
}
