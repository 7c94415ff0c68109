package org.keras4j.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table whose passes come apart into parts of some hundred rows, which several threads turn into numbers at a time. */
abstract class Divided implements Table {
  /** Begins a pass, as {@link Table#open} does. */
  abstract Parts divide(List<String> columns);

  /** Whether parts are small ones, which unless overridden they are; otherwise a pass is one part. */
  boolean isDivided() {
    return true;
  }

  @Override
  public Rows open(List<String> columns) {
    return new Joined(divide(columns));
  }

  /** The parts of a pass, taken by one thread, each of them read by any one. */
  interface Parts extends AutoCloseable {
    /** The next part; null if there is none. */
    @Nullable
    Rows next();

    @Override
    void close();
  }

  /** Parts one after the other. */
  private static final class Joined implements Rows {
    private final Parts parts;
    private @Nullable Rows now;

    Joined(Parts parts) {
      this.parts = parts;
    }

    private Rows now() {
      Rows rows = now;
      if (rows == null) {
        throw new IllegalStateException("The pass stands in no row");
      }
      return rows;
    }

    @Override
    public boolean next() {
      Rows rows = now;
      while (rows == null || !rows.next()) {
        if (rows != null) {
          rows.close();
        }
        rows = parts.next();
        now = rows;
        if (rows == null) {
          return false;
        }
      }
      return true;
    }

    @Override
    public @Nullable Object value(int column) {
      return now().value(column);
    }

    @Override
    public boolean isNull(int column) {
      return now().isNull(column);
    }

    @Override
    public double number(int column) {
      return now().number(column);
    }

    @Override
    public long integer(int column) {
      return now().integer(column);
    }

    @Override
    public String text(int column) {
      return now().text(column);
    }

    @Override
    public void close() {
      if (now != null) {
        now.close();
      }
      parts.close();
    }
  }
}
