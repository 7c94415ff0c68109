package org.keras4j.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.context.Context;
import org.keras4j.core.internal.messages.Failures;

/** The rows of a pass as numbers, row by row or many at a time, in their order. */
abstract class RowCursor implements AutoCloseable {
  private final Table table;
  final List<ColumnReader> readers = new ArrayList<>();
  long row;

  private RowCursor(Table table) {
    this.table = table;
  }

  /**
   * Begins a pass.
   *
   * @param columns what is read
   * @param names all names in these
   */
  static RowCursor open(Table table, List<Column> columns, List<String> names) {
    return table instanceof Divided d && d.isDivided()
        ? new ByParts(d, columns, names)
        : new ByRows(table, columns, names);
  }

  /** Whether there are rows left. */
  abstract boolean more();

  /**
   * Brings the next rows to places.
   *
   * @param most how many at most; at least 1
   * @return how many they were; 0 if there are none left
   */
  abstract int read(List<ColumnReader.Room> to, int at, int most);

  /** Room for as many rows in each column. */
  final List<ColumnReader.Room> rooms(int rows) {
    List<ColumnReader.Room> out = new ArrayList<>();
    readers.forEach(r -> out.add(r.room(rows)));
    return out;
  }

  @Override
  public abstract void close();

  final RuntimeException failed(long at, IllegalArgumentException e) {
    return Failures.in(table + ", row " + at, e);
  }

  private static void read(
      List<ColumnReader> readers, Rows rows, List<ColumnReader.Room> to, int at) {
    for (int i = 0; i < readers.size(); i++) {
      readers.get(i).read(rows, to.get(i), at);
    }
  }

  /** By the thread that asks. */
  private static final class ByRows extends RowCursor {
    private final Rows rows;
    private boolean more;

    ByRows(Table table, List<Column> columns, List<String> names) {
      super(table);
      rows = table.open(names);
      try {
        advance();
        if (more) {
          columns.forEach(c -> readers.add(new ColumnReader(c, names, rows)));
        }
      } catch (RuntimeException | Error e) {
        rows.close();
        throw e;
      }
    }

    private void advance() {
      more = rows.next();
      if (!more) {
        rows.close();
      }
    }

    @Override
    boolean more() {
      return more;
    }

    @Override
    int read(List<ColumnReader.Room> to, int at, int most) {
      int n = 0;
      while (n < most && more) {
        try {
          RowCursor.read(readers, rows, to, at + n);
        } catch (IllegalArgumentException e) {
          throw failed(row, e);
        }
        n++;
        row++;
        advance();
      }
      return n;
    }

    @Override
    public void close() {
      rows.close();
    }
  }

  /** By several threads, some parts ahead. */
  private static final class ByParts extends RowCursor {
    private static final int THREADS =
        Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors() - 1));
    private static final ThreadPoolExecutor POOL = pool();
    private static final int FIRST_ROWS = 256;

    private final Divided.Parts parts;
    private final Deque<Future<Block>> underWay = new ArrayDeque<>();
    private final ConcurrentLinkedQueue<List<ColumnReader.Room>> free =
        new ConcurrentLinkedQueue<>();
    private boolean ended;
    private @Nullable Block now;
    private int taken;

    /**
     * A part that was read.
     *
     * @param failure why the row behind these could not be read
     */
    private record Block(
        List<ColumnReader.Room> rooms, int rows, @Nullable IllegalArgumentException failure) {}

    private static ThreadPoolExecutor pool() {
      ThreadPoolExecutor p = new ThreadPoolExecutor(
          THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread t = new Thread(task, "keras4j-table");
            t.setDaemon(true);
            return t;
          });
      p.allowCoreThreadTimeOut(true);
      return p;
    }

    ByParts(Divided table, List<Column> columns, List<String> names) {
      super(table);
      parts = table.divide(names);
      try {
        Rows first = parts.next();
        while (first != null && !first.next()) {
          first = parts.next();
        }
        ended = first == null;
        if (first != null) {
          Rows standing = first;
          columns.forEach(c -> readers.add(new ColumnReader(c, names, standing)));
          submit(first, true);
          fill();
        }
      } catch (RuntimeException | Error e) {
        close();
        throw e;
      }
    }

    private void fill() {
      while (!ended && underWay.size() < 2 * THREADS) {
        Rows part = parts.next();
        if (part == null) {
          ended = true;
          parts.close();
        } else {
          submit(part, false);
        }
      }
    }

    private void submit(Rows part, boolean standing) {
      Callable<Block> task = Context.current().wrap((Callable<Block>) () -> block(part, standing));
      underWay.add(POOL.submit(task));
    }

    private Block block(Rows part, boolean standing) {
      List<ColumnReader> own = readers.stream().map(ColumnReader::another).toList();
      List<ColumnReader.Room> to = free.poll();
      if (to == null) {
        to = rooms(FIRST_ROWS);
      }
      int room = to.get(0).rows();
      int n = 0;
      try (part) {
        boolean more = standing || part.next();
        while (more) {
          if (n == room) {
            room *= 2;
            List<ColumnReader.Room> larger = new ArrayList<>();
            for (ColumnReader.Room r : to) {
              larger.add(r.grown(room));
            }
            to = larger;
          }
          RowCursor.read(own, part, to, n);
          n++;
          more = part.next();
        }
        return new Block(to, n, null);
      } catch (IllegalArgumentException e) {
        return new Block(to, n, e);
      }
    }

    @Override
    boolean more() {
      while (now == null || taken == now.rows) {
        Block done = now;
        if (done != null) {
          if (done.failure != null) {
            close();
            throw failed(row, done.failure);
          }
          free.add(done.rooms);
          now = null;
        }
        Future<Block> next = underWay.poll();
        if (next == null) {
          return false;
        }
        now = result(next);
        taken = 0;
        fill();
      }
      return true;
    }

    @Override
    int read(List<ColumnReader.Room> to, int at, int most) {
      int n = 0;
      while (n < most && more()) {
        Block block = java.util.Objects.requireNonNull(now);
        int count = Math.min(most - n, block.rows - taken);
        for (int i = 0; i < to.size(); i++) {
          to.get(i).copy(at + n, block.rooms.get(i), taken, count);
        }
        taken += count;
        n += count;
        row += count;
      }
      return n;
    }

    private Block result(Future<Block> of) {
      try {
        return of.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        close();
        throw new IllegalStateException("Interrupted while waiting for rows", e);
      } catch (ExecutionException e) {
        close();
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      }
    }

    @Override
    public void close() {
      ended = true;
      underWay.forEach(f -> f.cancel(false));
      underWay.clear();
      parts.close();
    }
  }
}
