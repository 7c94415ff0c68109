package org.keras4j.backend.tensorflow;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Function;
import com.sun.jna.Structure;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What calls leave behind outside the Java heap, by the count of glibc's allocator of the bytes in use.
 *
 * <p>The size of the process would not do: it holds the Java heap as well as pages of the native library,
 * which come and go with the load of the machine, and a leak fills free memory of the allocator first.
 */
final class NativeGrowth {
  private static final int WINDOWS = 5;
  private static final int MOST = 50;
  private static final @Nullable Function MALLINFO = find();

  private NativeGrowth() {}

  /** The structure {@code mallinfo2} of glibc. */
  @Structure.FieldOrder({
    "arena",
    "ordblks",
    "smblks",
    "hblks",
    "hblkhd",
    "usmblks",
    "fsmblks",
    "uordblks",
    "fordblks",
    "keepcost"
  })
  public static final class Info extends Structure implements Structure.ByValue {
    public long arena;
    public long ordblks;
    public long smblks;
    public long hblks;
    public long hblkhd;
    public long usmblks;
    public long fsmblks;
    public long uordblks;
    public long fordblks;
    public long keepcost;
  }

  private static @Nullable Function find() {
    try {
      return Function.getFunction("c", "mallinfo2");
    } catch (UnsatisfiedLinkError e) {
      return null; // another system, or glibc before 2.33
    }
  }

  private static long used(Function mallinfo) {
    Info i = (Info) mallinfo.invoke(Info.class, new Object[0]);
    return i.uordblks + i.hblkhd;
  }

  /**
   * Bytes that each call leaves behind: the median over five windows of calls, since Java's compilers
   * take and return memory meanwhile. As long as it is not below what is allowed, newer windows take the
   * place of older ones, fifty at most: warming up ends, a leak does not.
   *
   * @param calls in one window
   */
  static double perCall(int calls, double allowed, Runnable step) {
    assumeTrue(MALLINFO != null, "needs glibc's mallinfo2");
    double[] windows = new double[WINDOWS];
    double median = Double.MAX_VALUE;
    long before = used(MALLINFO);
    for (int i = 0; i < MOST && (i < WINDOWS || median >= allowed); i++) {
      for (int k = 0; k < calls; k++) {
        step.run();
      }
      long now = used(MALLINFO);
      windows[i % WINDOWS] = (now - before) / (double) calls;
      before = now;
      double[] sorted = windows.clone();
      Arrays.sort(sorted);
      median = sorted[WINDOWS / 2];
    }
    return median;
  }
}
