package org.keras4j.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the operating system says of this process and the machine. */
public final class Machine {
  private static final OperatingSystemMXBean OS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private Machine() {}

  /** The time that all threads of the process have run, in milliseconds. */
  static double cpuMs() {
    return OS.getProcessCpuTime() / 1e6;
  }

  /** The most memory that the process had resident, in MiB; NaN where the system does not tell. */
  static double peakResidentMb() {
    return status("VmHWM:");
  }

  /** The memory that the process has resident, in MiB; NaN where the system does not tell. */
  public static double residentMb() {
    return status("VmRSS:");
  }

  private static double status(String key) {
    Path file = Path.of("/proc/self/status");
    if (!Files.isReadable(file)) {
      return Double.NaN;
    }
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(key)) {
          return Row.round(Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024, 1);
        }
      }
    } catch (IOException e) {
      return Double.NaN;
    }
    return Double.NaN;
  }

  static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** How many threads wanted to run during the last minute; negative where the system does not tell. */
  static double load() {
    return Row.round(OS.getSystemLoadAverage(), 1);
  }
}
