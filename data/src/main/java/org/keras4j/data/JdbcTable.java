package org.keras4j.data;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.messages.Failures;

/**
 * The rows of a query to a database, run again for each epoch; or of a {@link ResultSet}, for one epoch. NULL is an empty cell,
 * SQL arrays are lists. Whether rows come in the same order each time is the query's matter ({@code ORDER BY}).
 */
public final class JdbcTable implements Table {
  private static final int FETCH = 1024;

  /** Gives a connection. */
  @FunctionalInterface
  public interface Connections {
    /** A connection, which is closed after a pass. */
    Connection open() throws SQLException;
  }

  private final @Nullable Connections connections;
  private final String query;
  private final @Nullable ResultSet result;

  private JdbcTable(@Nullable Connections connections, String query, @Nullable ResultSet result) {
    this.connections = connections;
    this.query = query;
    this.result = result;
  }

  /**
   * The rows of a query.
   *
   * @param connections gives one for each pass, which is closed afterwards
   * @param query a statement that gives rows
   * @return the table
   */
  public static JdbcTable of(Connections connections, String query) {
    return new JdbcTable(connections, query, null);
  }

  /** Likewise, with connections of a data source. */
  public static JdbcTable of(DataSource database, String query) {
    return of(database::getConnection, query);
  }

  /** The rows that a result has left; it serves one pass, and is closed by it. */
  public static JdbcTable of(ResultSet result) {
    return new JdbcTable(null, "ResultSet", result);
  }

  @Override
  public boolean isRepeatable() {
    return result == null;
  }

  @Override
  public Rows open(List<String> columns) {
    if (result != null) {
      return new ResultRows(result, columns, this, result);
    }
    Connection c = null;
    try {
      c = java.util.Objects.requireNonNull(connections).open();
      Statement s = c.createStatement();
      try {
        s.setFetchSize(FETCH);
      } catch (SQLException e) {
        s.clearWarnings(); // a hint only
      }
      return new ResultRows(s.executeQuery(query), columns, this, c);
    } catch (SQLException e) {
      close(c);
      throw failed(this, e);
    } catch (RuntimeException e) {
      close(c);
      throw e;
    }
  }

  private static void close(@Nullable AutoCloseable c) {
    if (c != null) {
      try {
        c.close();
      } catch (Exception e) {
        throw new IllegalStateException("The database could not be closed", e);
      }
    }
  }

  static IllegalStateException failed(Object what, SQLException e) {
    return Failures.inPlaceOf(
        e, new IllegalStateException(what + ": " + e.getMessage(), e.getCause()));
  }

  @Override
  public String toString() {
    return query;
  }

  /** The rows of a result. */
  static final class ResultRows implements Rows {
    private final ResultSet result;
    private final int[] places;
    private final Object table;
    private final AutoCloseable closed;
    private final Kind[] kinds;
    // the cell that was looked at last
    private int looked = -1;
    private double number;
    private long integer;

    /** How numbers are asked for, without an object for each. */
    private enum Kind {
      FLOAT,
      DOUBLE,
      INTEGER,
      OTHER;

      static Kind of(int type) {
        return switch (type) {
          case Types.REAL -> FLOAT;
          case Types.DOUBLE, Types.FLOAT -> DOUBLE;
          case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> INTEGER;
          default -> OTHER;
        };
      }
    }

    /**
     * Of a result.
     *
     * @param closed what is closed in the end, and the result with it
     */
    ResultRows(ResultSet result, List<String> columns, Object table, AutoCloseable closed) {
      this.result = result;
      this.table = table;
      this.closed = closed;
      this.places = new int[columns.size()];
      this.kinds = new Kind[places.length];
      try {
        ResultSetMetaData m = result.getMetaData();
        List<String> there = new ArrayList<>();
        for (int i = 1; i <= m.getColumnCount(); i++) {
          there.add(m.getColumnLabel(i));
        }
        for (int i = 0; i < places.length; i++) {
          String name = columns.get(i);
          int at = there.indexOf(name);
          for (int k = 0; at < 0 && k < there.size(); k++) {
            at = there.get(k).equalsIgnoreCase(name) ? k : -1; // as SQL has names
          }
          if (at < 0) {
            throw Names.unknown(name, there, table);
          }
          places[i] = at + 1;
          kinds[i] = Kind.of(m.getColumnType(at + 1));
        }
      } catch (SQLException e) {
        throw failed(table, e);
      }
    }

    @Override
    public boolean next() {
      looked = -1;
      try {
        return result.next();
      } catch (SQLException e) {
        throw failed(table, e);
      }
    }

    @Override
    public @Nullable Object value(int column) {
      try {
        Object o = result.getObject(places[column]);
        return o instanceof Array a ? a.getArray() : o;
      } catch (SQLException e) {
        throw failed(table, e);
      }
    }

    // a number that is there is kept until it is asked for
    @Override
    public boolean isNull(int column) {
      try {
        int place = places[column];
        switch (kinds[column]) {
          case FLOAT -> number = result.getFloat(place);
          case DOUBLE -> number = result.getDouble(place);
          case INTEGER -> integer = result.getLong(place);
          default -> {
            return value(column) == null;
          }
        }
        looked = column;
        return result.wasNull();
      } catch (SQLException e) {
        throw failed(table, e);
      }
    }

    private boolean isLookedAt(int column) {
      return kinds[column] != Kind.OTHER && (looked == column || !isNull(column));
    }

    @Override
    public double number(int column) {
      return !isLookedAt(column)
          ? Cells.number(value(column))
          : kinds[column] == Kind.INTEGER ? integer : number;
    }

    @Override
    public long integer(int column) {
      return isLookedAt(column) && kinds[column] == Kind.INTEGER
          ? integer
          : Cells.integer(value(column));
    }

    @Override
    public void close() {
      JdbcTable.close(closed);
    }
  }
}
