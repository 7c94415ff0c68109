package org.keras4j.data;

import java.util.List;

/**
 * Rows with named columns, gone through from the first to the last, one pass an epoch. {@link TableSource} makes batches of
 * them. Implement it for a kind of table of one's own.
 */
public interface Table {
  /**
   * Begins a pass.
   *
   * @param columns the columns that will be read; a cell of {@link Rows} is asked for by its place in this list
   * @throws IllegalArgumentException if there is no column of such a name, saying which there are
   */
  Rows open(List<String> columns);

  /** How many rows there are; -1 where that is not known, as unless overridden. */
  default long rows() {
    return -1;
  }

  /** Whether there can be several passes; true unless overridden. */
  default boolean isRepeatable() {
    return true;
  }
}
