package org.keras4j.core.spi;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.keras4j.core.DType;

/**
 * What a group of processes does together: sums, copies and joins of host memory. Every rank calls the same operations in
 * the same order with memory of the same sizes; each call ends once this rank has its result. Memory is direct, in
 * native byte order, and read and written from its beginning to its limit.
 *
 * <p>A rank that fails calls {@link #abort}. What another one is waiting for then ends with a {@link CollectivesException}
 * that names the failed rank; so does what waits longer than {@link #timeout}.
 */
public interface Collectives extends AutoCloseable {
  /** The fold of an {@link #allReduce}. */
  enum Fold {
    SUM,
    MIN,
    MAX
  }

  /** An operation on its way. */
  @FunctionalInterface
  interface Pending {
    /**
     * Waits for its end.
     *
     * @throws CollectivesException if a rank failed, or the time is over
     */
    void await();
  }

  /** The number of this process, from 0. */
  int rank();

  /** How many processes there are. */
  int size();

  /** How long an operation waits for the other ranks. */
  Duration timeout();

  /**
   * Of how many bytes a sum of gradients is sent, while others are still computed: fewer begin earlier, more need fewer messages.
   */
  default long bucketBytes() {
    return 25 << 20;
  }

  /**
   * Begins to fold the memory of all ranks, element by element, into the memory of each; all ranks get the same bits.
   *
   * @param data memory that holds the result afterwards, not to be touched before
   * @param dtype float32, float64, int32, int64 or uint8
   * @param fold how two elements become one
   * @return the operation, which {@link Pending#await} ends
   */
  Pending allReduce(ByteBuffer data, DType dtype, Fold fold);

  /** Copies the memory of one rank into that of all others. */
  void broadcast(ByteBuffer data, int root);

  /**
   * Joins the memory of all ranks.
   *
   * @param mine as many bytes on every rank
   * @param all {@link #size} times as many, the ranks' one after another
   */
  void allGather(ByteBuffer mine, ByteBuffer all);

  /**
   * Folds the memory of all ranks, of which each gets one part.
   *
   * @param all {@link #size} times as many bytes as {@code mine}
   * @param mine holds the part of this rank afterwards
   */
  void reduceScatter(ByteBuffer all, ByteBuffer mine, DType dtype, Fold fold);

  /** Waits for all ranks. */
  void barrier();

  /**
   * Tells the other ranks that this one failed, and gives the group up: whatever they wait for ends.
   *
   * @param reason what they say of it
   */
  void abort(String reason);

  /** Leaves the group, once every rank does. */
  @Override
  void close();
}
