package org.keras4j.core.spi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How many threads of computation this process has room for. */
public final class Processors {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CPUS = Path.of("/sys/devices/system/cpu");

  private Processors() {}

  /**
   * The cores this process may run on: as many as the JVM has processors, which heeds a container's share, but on Linux
   * no more than there are cores, of two hyperthreads or one, among those that the process is bound to.
   *
   * @return at least 1
   */
  public static int cores() {
    return cores(STATUS, CPUS, Runtime.getRuntime().availableProcessors());
  }

  /**
   * How many threads this process may keep busy where something besides the processors that it is bound to limits them: a container's share, or
   * {@code -XX:ActiveProcessorCount}. Native libraries see the former alone, and start a thread for each.
   *
   * @return at least 1; 0 where nothing else limits them, or the system does not tell
   */
  public static int share() {
    return share(STATUS, CPUS, Runtime.getRuntime().availableProcessors());
  }

  static int share(Path status, Path cpus, int processors) {
    try {
      long bound = bound(status).stream()
          .filter(i -> Files.exists(cpus.resolve("cpu" + i)))
          .count();
      return processors < bound ? processors : 0;
    } catch (IOException | RuntimeException e) {
      return 0; // another system, or one that does not tell
    }
  }

  static int cores(Path status, Path cpus, int processors) {
    try {
      int cores = allowed(status, cpus);
      return cores == 0 ? processors : Math.min(processors, cores);
    } catch (IOException | RuntimeException e) {
      return processors; // another system, or one that does not tell
    }
  }

  // hyperthreads of one core name the same siblings
  private static int allowed(Path status, Path cpus) throws IOException {
    Set<String> cores = new HashSet<>();
    for (int i : bound(status)) {
      Path siblings = cpus.resolve("cpu" + i + "/topology/thread_siblings_list");
      if (Files.exists(siblings)) { // the list may name more than there are
        cores.add(Files.readString(siblings).strip());
      }
    }
    return cores.size();
  }

  private static List<Integer> bound(Path status) throws IOException {
    List<Integer> out = new ArrayList<>();
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("Cpus_allowed_list:")) {
        for (String range : line.substring(line.indexOf(':') + 1).strip().split(",")) {
          String[] ends = range.split("-");
          for (int i = Integer.parseInt(ends[0]);
              i <= Integer.parseInt(ends[ends.length - 1]);
              i++) {
            out.add(i);
          }
        }
      }
    }
    return out;
  }
}
