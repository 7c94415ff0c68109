package org.keras4j.backend.tensorflow.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the processor can do. */
final class Processor {
  private static final Path LINUX = Path.of("/proc/cpuinfo");

  private Processor() {}

  /**
   * Whether it has the vectors that oneDNN's kernels are written for; true where that cannot be read. With AVX2 alone
   * oneDNN runs some of the functions that TensorFlow puts into a convolution number by number.
   */
  static boolean hasWideVectors() {
    if (!Files.isReadable(LINUX)) {
      return true;
    }
    try (Stream<String> lines = Files.lines(LINUX)) {
      return hasWideVectors(lines);
    } catch (IOException | UncheckedIOException e) {
      return true;
    }
  }

  /** Likewise, from the lines of Linux's {@code cpuinfo}. */
  static boolean hasWideVectors(Stream<String> lines) {
    return lines
        .filter(line -> line.startsWith("flags"))
        .findFirst()
        .map(line -> List.of(line.split("\\s+")))
        .map(flags -> flags.contains("avx512f") || flags.contains("avx_vnni"))
        .orElse(true);
  }
}
