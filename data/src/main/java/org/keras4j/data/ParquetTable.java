package org.keras4j.data;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file, or several of one schema, read by DuckDB ({@code org.duckdb:duckdb_jdbc}) inside this process: of the columns
 * only those that are needed, a part of the rows at a time, in the file's order. Lists are lists of elements.
 */
public final class ParquetTable implements Table {
  // one instance of DuckDB for all tables: starting one takes longer than reading a small file
  private static final String DATABASE = "jdbc:duckdb:memory:keras4j";
  private static @Nullable Connection kept;

  private final List<Path> files;
  private volatile long counted = -1;

  private ParquetTable(List<Path> files) {
    this.files = files;
  }

  /** Files with the same columns, one after the other. */
  public static ParquetTable of(Path... files) {
    return new ParquetTable(List.of(files));
  }

  private Connection connect() {
    Jars.require("org.duckdb.DuckDBDriver", "org.duckdb:duckdb_jdbc", "ParquetTable");
    Properties p = new Properties();
    p.setProperty("jdbc_stream_results", "true"); // else all rows are fetched at once
    try {
      synchronized (ParquetTable.class) {
        if (kept == null || kept.isClosed()) {
          kept = DriverManager.getConnection(DATABASE, p);
        }
      }
      return DriverManager.getConnection(DATABASE, p);
    } catch (SQLException e) {
      throw JdbcTable.failed(this, e);
    }
  }

  private String from() {
    return " FROM read_parquet(["
        + files.stream().map(f -> quoted(f.toString(), '\'')).collect(Collectors.joining(", "))
        + "])";
  }

  private static String quoted(String s, char quote) {
    return quote + s.replace(String.valueOf(quote), String.valueOf(quote) + quote) + quote;
  }

  @Override
  public Rows open(List<String> columns) {
    Connection c = connect();
    try {
      Statement s = c.createStatement();
      List<String> there = names(s);
      Names.places(columns, there, this);
      String list = columns.stream().map(n -> quoted(n, '"')).collect(Collectors.joining(", "));
      return new JdbcTable.ResultRows(s.executeQuery("SELECT " + list + from()), columns, this, c);
    } catch (SQLException e) {
      close(c);
      throw JdbcTable.failed(this, e);
    } catch (RuntimeException e) {
      close(c);
      throw e;
    }
  }

  private List<String> names(Statement s) throws SQLException {
    List<String> out = new java.util.ArrayList<>();
    try (ResultSet r = s.executeQuery("DESCRIBE SELECT *" + from())) {
      while (r.next()) {
        out.add(r.getString(1));
      }
    }
    return out;
  }

  @Override
  public long rows() {
    if (counted >= 0) {
      return counted;
    }
    try (Connection c = connect();
        Statement s = c.createStatement();
        ResultSet r = s.executeQuery("SELECT count(*)" + from())) {
      r.next();
      counted = r.getLong(1);
      return counted;
    } catch (SQLException e) {
      throw JdbcTable.failed(this, e);
    }
  }

  private void close(@Nullable Connection c) {
    try {
      if (c != null) {
        c.close();
      }
    } catch (SQLException e) {
      throw JdbcTable.failed(this, e);
    }
  }

  @Override
  public String toString() {
    return files.size() == 1 ? files.get(0).toString() : files.toString();
  }
}
