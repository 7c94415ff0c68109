package org.keras4j.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.keras4j.core.DType;
import org.keras4j.core.spi.Collectives;

/**
 * The end of rank 0 of a group whose other ranks are not there: each is taken to have the same numbers, and to need as long as
 * the link does. What an exchange would take is added up, and so is the time that this stand-in itself takes.
 */
final class SimulatedLink implements Collectives {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final int size;
  private final double bytesPerSecond;
  private final double latency;
  private double seconds;
  private long bytes;
  private int operations;
  private long own;

  /**
   * A link.
   *
   * @param size how many processes there are
   * @param bytesPerSecond what one process sends, and at the same time receives
   * @param latency seconds that one message takes, however small it is
   */
  SimulatedLink(int size, double bytesPerSecond, double latency) {
    this.size = size;
    this.bytesPerSecond = bytesPerSecond;
    this.latency = latency;
  }

  /** How long the exchanges since {@link #reset} take over the link, in seconds. */
  double seconds() {
    return seconds;
  }

  /** How many bytes were given to it since. */
  long bytes() {
    return bytes;
  }

  /** How many operations there were since. */
  int operations() {
    return operations;
  }

  /** How long this stand-in itself took since, in seconds. */
  double own() {
    return own / 1e9;
  }

  void reset() {
    seconds = 0;
    bytes = 0;
    operations = 0;
    own = 0;
  }

  // messages one after another, each with its part of the bytes
  private void sent(int messages, double total, long given) {
    seconds += messages * latency + total / bytesPerSecond;
    bytes += given;
    operations++;
  }

  @Override
  public int rank() {
    return 0;
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
  public Pending allReduce(ByteBuffer data, DType dtype, Fold fold) {
    long start = System.nanoTime();
    if (fold == Fold.SUM) {
      multiply(data, dtype);
    }
    // a ring: once around to add up, once around to tell
    sent(2 * (size - 1), 2.0 * (size - 1) / size * data.limit(), data.limit());
    own += System.nanoTime() - start;
    return () -> {};
  }

  private void multiply(ByteBuffer data, DType dtype) {
    for (int i = 0; i < data.limit(); i += dtype.size()) {
      switch (dtype) {
        case FLOAT32 -> data.putFloat(i, data.getFloat(i) * size);
        case FLOAT64 -> data.putDouble(i, data.getDouble(i) * size);
        case INT32 -> data.putInt(i, data.getInt(i) * size);
        case INT64 -> data.putLong(i, data.getLong(i) * size);
        default -> throw new IllegalArgumentException("No sums of " + dtype);
      }
    }
  }

  @Override
  public void broadcast(ByteBuffer data, int root) {
    sent(size - 1, data.limit(), data.limit());
  }

  @Override
  public void allGather(ByteBuffer mine, ByteBuffer all) {
    long start = System.nanoTime();
    ByteBuffer to = all.duplicate().order(ByteOrder.nativeOrder());
    to.rewind();
    for (int i = 0; i < size; i++) {
      ByteBuffer from = mine.duplicate();
      from.rewind();
      to.put(from);
    }
    sent(size - 1, (double) (size - 1) * mine.limit(), mine.limit());
    own += System.nanoTime() - start;
  }

  @Override
  public void reduceScatter(ByteBuffer all, ByteBuffer mine, DType dtype, Fold fold) {
    long start = System.nanoTime();
    ByteBuffer from = all.duplicate();
    from.position(0).limit(mine.limit());
    mine.duplicate().rewind().put(from);
    if (fold == Fold.SUM) {
      multiply(mine, dtype);
    }
    sent(size - 1, (double) (size - 1) * mine.limit(), all.limit());
    own += System.nanoTime() - start;
  }

  @Override
  public void barrier() {
    sent(2 * (size - 1), 0, 0);
  }

  @Override
  public void abort(String reason) {}

  @Override
  public void close() {}
}
