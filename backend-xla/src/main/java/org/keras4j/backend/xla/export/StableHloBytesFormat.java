package org.keras4j.backend.xla.export;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keras4j.core.spi.ArchiveFormat;
import org.keras4j.core.spi.ServingArchive;
import org.keras4j.core.spi.ServingFunction;
import org.keras4j.core.spi.StepFunction;

/**
 * The format {@code "stablehlo_bytes"}: the folder of {@link StableHloFormat}, and beside each {@code NAME.mlir} a file {@code
 * NAME.mlirbc} with the module as a portable artifact, bytes with a version that compilers of later and somewhat earlier versions
 * read. On Linux on x86-64, by the compiler inside TensorFlow's natives, in a process of its own.
 */
public final class StableHloBytesFormat implements ArchiveFormat {
  private static final int MINUTES = 10;
  private static final int SHOWN = 20;

  private final StableHloFormat text = new StableHloFormat();

  @Override
  public String name() {
    return "stablehlo_bytes";
  }

  /**
   * Writes the folder.
   *
   * @throws IllegalArgumentException if the function has parts that StableHLO cannot express
   * @throws IllegalStateException if this platform has no such compiler
   */
  @Override
  public void write(ServingFunction f, Path target) throws IOException {
    Serializer.requirePlatform();
    text.write(f, target);
    serialize("'" + f.name() + "'", target);
  }

  @Override
  public void write(ServingArchive archive, Path target) throws IOException {
    Serializer.requirePlatform();
    text.write(archive, target);
    serialize("the archive", target);
  }

  /** Steps for several devices hold layouts, which artifacts do not: they are text alone. */
  @Override
  public void writeStep(StepFunction step, Path target) {
    throw new IllegalArgumentException("A step for several devices is written as text alone:"
        + " portable artifacts hold no layouts. Export it as \"stablehlo\"");
  }

  private static void serialize(String what, Path folder) throws IOException {
    Path log = Files.createTempFile("keras4j-stablehlo", ".txt");
    try {
      int code = run(folder, log);
      if (code != 0) {
        throw refused(what, code, Files.readAllLines(log));
      }
    } finally {
      Files.delete(log);
    }
  }

  private static int run(Path folder, Path log) throws IOException {
    String path = Stream.of("java.class.path", "jdk.module.path")
        .map(p -> System.getProperty(p, ""))
        .filter(p -> !p.isEmpty())
        .collect(Collectors.joining(File.pathSeparator));
    ProcessBuilder builder = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        path,
        Serializer.class.getName(),
        folder.toString());
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "2");
    Process p = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!p.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new IOException("no artifact was made within " + MINUTES + " minutes");
      }
      return p.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while an artifact was made", e);
    } finally {
      p.destroyForcibly();
    }
  }

  private static RuntimeException refused(String what, int code, List<String> lines) {
    String whole = what + " cannot be written as bytes of StableHLO: ";
    for (String line : lines) {
      if (line.startsWith(Serializer.REFUSED)) {
        return new IllegalArgumentException(whole + line.substring(Serializer.REFUSED.length()));
      }
    }
    return new IllegalStateException(whole + "the compiler ended with code " + code + ": "
        + String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN), lines.size())));
  }
}
