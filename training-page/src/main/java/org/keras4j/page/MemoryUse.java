package org.keras4j.page;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.spi.MemoryWatch;

/** The memory in use now, in bytes: the Java heap, tensors outside of it, the process, the machine. */
final class MemoryUse {
  private static final Path STATUS = Path.of("/proc/self/status");

  private MemoryUse() {}

  static Map<String, Object> now() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("time", System.currentTimeMillis() / 1000.0);
    out.put("heap", Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    out.put("tensors", MemoryWatch.hostUse().values().stream().mapToLong(v -> v).sum());
    Long resident = resident();
    if (resident != null) {
      out.put("process", resident);
    }
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os) {
      out.put("total", os.getTotalMemorySize());
      double load = os.getProcessCpuLoad();
      if (load >= 0) {
        out.put("cpu", load);
      }
    }
    return out;
  }

  // only Linux tells it by a file
  private static @org.jspecify.annotations.Nullable Long resident() {
    if (!Files.isReadable(STATUS)) {
      return null;
    }
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
      return null;
    } catch (IOException | NumberFormatException e) {
      return null;
    }
  }
}
