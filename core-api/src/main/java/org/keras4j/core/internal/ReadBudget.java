package org.keras4j.core.internal;

import java.math.BigInteger;
import java.util.function.Supplier;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.internal.memory.Allowance;

/**
 * What the objects made from a file may take while a body runs: memory for weights and for tables that layers
 * compute, and traced operations. Readers of files set it, as a file's config can ask for any size.
 */
public final class ReadBudget {
  private ReadBudget() {}

  /** Runs with a budget for all that the body makes together. */
  public static <R> R within(long bytes, long operations, Supplier<R> body) {
    return new Allowance(bytes, operations).with(body);
  }

  /** Counts bytes that are about to be taken; whether they are within the budget, as they always are without one. */
  public static boolean take(double count) {
    return Allowance.takeBytes(count);
  }

  /**
   * Counts a traced operation.
   *
   * @throws IllegalArgumentException if it is one too many
   */
  public static void operation() {
    long most = Allowance.takeOperation();
    if (most >= 0) {
      throw new IllegalArgumentException("the layers of the file need more than the " + most
          + " operations that are taken (ReadLimits.maxOperations)");
    }
  }

  /**
   * The length of a table that is about to be made on the host, from sizes that a user or a file gives.
   *
   * @param what the table, for the message
   * @param elementBytes bytes of one element
   * @param sizes whose product is the length
   * @throws MemoryLimitException if no array is so long, it would take more than a quarter of the heap, or more than a file
   *     gives reason for
   */
  public static int table(String what, int elementBytes, long... sizes) {
    BigInteger n = BigInteger.ONE;
    for (long s : sizes) {
      n = n.multiply(BigInteger.valueOf(Math.max(0, s)));
    }
    BigInteger total = n.multiply(BigInteger.valueOf(elementBytes));
    long most = Runtime.getRuntime().maxMemory() / 4;
    if (n.bitLength() > 31 || total.compareTo(BigInteger.valueOf(most)) > 0) {
      throw new MemoryLimitException(what + " take " + MemoryLimitException.text(total)
          + ", more than the " + MemoryLimitException.text(BigInteger.valueOf(most))
          + " of the heap (-Xmx) that a table may take");
    }
    if (!take(total.doubleValue())) {
      throw new MemoryLimitException(what + " take " + MemoryLimitException.text(total)
          + ", more than the file gives reason for");
    }
    return n.intValue();
  }
}
