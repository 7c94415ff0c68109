package org.keras4j.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The machine and the versions that numbers belong to. */
final class Host {
  private Host() {}

  static String describe(List<Map<String, Object>> rows) {
    StringBuilder out = new StringBuilder();
    out.append("Measured on ")
        .append(LocalDate.now(ZoneOffset.UTC))
        .append(": ")
        .append(processor())
        .append(", ")
        .append(values(rows, "cores"))
        .append(" cores, ")
        .append(System.getProperty("os.name"))
        .append(", load ")
        .append(load(rows))
        .append(".\nVersions: ")
        .append(versions(rows))
        .append(".\n");
    return out.toString();
  }

  private static String processor() {
    Path file = Path.of("/proc/cpuinfo");
    if (Files.isReadable(file)) {
      try {
        for (String line : Files.readAllLines(file)) {
          if (line.startsWith("model name")) {
            return line.substring(line.indexOf(':') + 1).strip();
          }
        }
      } catch (IOException e) {
        return System.getProperty("os.arch");
      }
    }
    return System.getProperty("os.arch");
  }

  private static String values(List<Map<String, Object>> rows, String field) {
    return rows.stream()
        .filter(r -> r.containsKey(field))
        .map(r -> String.valueOf(r.get(field)))
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining(" or "));
  }

  private static String versions(List<Map<String, Object>> rows) {
    return rows.stream()
        .filter(r -> r.containsKey("versions"))
        .map(r -> String.valueOf(r.get("versions")))
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining("; "));
  }

  private static String load(List<Map<String, Object>> rows) {
    Cell load = Cell.of(rows.stream()
        .filter(r -> r.get("load1") instanceof Number)
        .map(r -> ((Number) r.get("load1")).doubleValue())
        .toList());
    return load.isEmpty()
        ? "unknown"
        : Cell.number(load.median()) + " in the median, at most "
            + Cell.number(load.values()[load.values().length - 1]);
  }
}
