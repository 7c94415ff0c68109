package org.keras4j.benchmarks.soak;

import java.util.Locale;
import org.keras4j.benchmarks.Machine;

/**
 * The memory of the process at one moment, in MiB.
 *
 * @param runs how often the action was run so far
 * @param resident all memory that the process has resident
 * @param heap what the Java heap takes of the system, used or not
 */
public record MemorySample(long runs, double seconds, double resident, double heap) {
  private static final double MIB = 1 << 20;

  static final String CSV_HEADER = "runs,seconds,resident_mb,heap_mb,native_mb";

  static MemorySample now(long runs, double seconds) {
    return new MemorySample(
        runs, seconds, Machine.residentMb(), Runtime.getRuntime().totalMemory() / MIB);
  }

  /** What is resident beside the Java heap; a little less if parts of the heap were never touched. */
  public double outsideHeap() {
    return resident - heap;
  }

  String csv() {
    return String.format(
        Locale.ROOT, "%d,%.1f,%.1f,%.1f,%.1f", runs, seconds, resident, heap, outsideHeap());
  }

  static MemorySample parse(String csv) {
    String[] v = csv.split(",");
    return new MemorySample(
        Long.parseLong(v[0]),
        Double.parseDouble(v[1]),
        Double.parseDouble(v[2]),
        Double.parseDouble(v[3]));
  }
}
