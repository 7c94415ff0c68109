package org.keras4j.core.internal.memory;

import java.util.function.Supplier;
import org.keras4j.core.context.Context;

/** How many bytes and operations what runs within it may take together. */
public final class Allowance {
  private static final Context.Key<Allowance> CURRENT = Context.Key.inherited("read budget");

  private final long bytes;
  private final long operations;
  private double usedBytes;
  private long usedOperations;

  public Allowance(long bytes, long operations) {
    this.bytes = bytes;
    this.operations = operations;
  }

  /** Runs with this one in force. */
  public <R> R with(Supplier<R> body) {
    return CURRENT.with(this, body);
  }

  /** Counts bytes; whether they are within what is in force, as they always are where there is nothing. */
  public static boolean takeBytes(double count) {
    Allowance a = CURRENT.get();
    return a == null || a.add(count);
  }

  /** Counts an operation; the number of those allowed if it is one too many, else -1. */
  public static long takeOperation() {
    Allowance a = CURRENT.get();
    return a == null || a.addOperation() ? -1 : a.operations;
  }

  private synchronized boolean add(double count) {
    usedBytes += count;
    return usedBytes <= bytes;
  }

  private synchronized boolean addOperation() {
    return ++usedOperations <= operations;
  }
}
