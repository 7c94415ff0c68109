package org.keras4j.litert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keras4j.core.Keras;
import org.keras4j.core.internal.io.Folders;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.GraphFormat;
import org.keras4j.core.spi.ServingFunction;

/**
 * The format {@code "litert"}: a file of TensorFlow Lite with the inference function and its signature {@code serving_default}. The
 * model is written as a SavedModel, and TensorFlow's own converter makes the file of it, in a process of its own.
 */
public final class LiteRtFormat implements GraphFormat {
  private static final long MINUTES = 30;
  private static final int SHOWN = 12;
  private static final int MOST = 500;
  private static final Pattern OPERATORS =
      Pattern.compile("(?:Custom ops|TF Select ops): ([A-Za-z0-9, ]+?) (?=Details)");

  private final LiteRtExport options;

  /** With weights as the model has them. */
  public LiteRtFormat() {
    this(LiteRtExport.float32());
  }

  LiteRtFormat(LiteRtExport options) {
    this.options = options;
  }

  @Override
  public String name() {
    return "litert";
  }

  /**
   * Writes the file.
   *
   * @throws IllegalArgumentException if LiteRT has no operators for parts of the function
   * @throws IllegalStateException if the converter is not there
   */
  @Override
  public void write(ServingFunction function, Path target) throws IOException {
    Converter.requirePlatform();
    Path folder = Files.createTempDirectory("keras4j-litert");
    try {
      Path saved = folder.resolve("saved_model");
      Path log = folder.resolve("log.txt");
      Backend tensorflow = Keras.backend("tensorflow");
      savedModels().write(new ConvertedServing(function, tensorflow, options.examples), saved);
      int code = run(List.of(saved.toString(), target.toString(), options.weights.name()), log);
      if (code != 0) {
        throw refused(function, code, Files.readString(log));
      }
    } finally {
      Folders.delete(folder);
    }
  }

  private static GraphFormat savedModels() {
    for (GraphFormat f :
        ServiceLoader.load(GraphFormat.class, LiteRtFormat.class.getClassLoader())) {
      if (f.name().equals("tf_saved_model")) {
        return f;
      }
    }
    throw new IllegalStateException(
        "An export to LiteRT needs keras4j-backend-tensorflow on the class path");
  }

  private static int run(List<String> arguments, Path log) throws IOException {
    List<String> command = new java.util.ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    String classes = System.getProperty("java.class.path", "");
    String modules = System.getProperty("jdk.module.path", "");
    command.add(Stream.of(classes, modules)
        .filter(p -> !p.isEmpty())
        .collect(Collectors.joining(java.io.File.pathSeparator)));
    command.add(Converter.class.getName());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "2");
    Process p = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!p.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new IOException("the converter did not come to an end in " + MINUTES + " minutes");
      }
      return p.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the converter was interrupted", e);
    } finally {
      p.destroyForcibly();
    }
  }

  private static RuntimeException refused(ServingFunction f, int code, String log) {
    String what = "'" + f.name() + "' cannot be exported to LiteRT: ";
    for (String line : log.lines().toList()) {
      if (line.startsWith(Converter.REFUSED)) {
        return new IllegalArgumentException(
            what + said(line.substring(Converter.REFUSED.length())));
      }
    }
    List<String> lines = log.lines().toList();
    return new IllegalStateException(what + "the converter ended with code " + code + ": "
        + String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN), lines.size())));
  }

  // of pages of intermediate code what a person can do something with
  private static String said(String reason) {
    Set<String> operators = new TreeSet<>();
    Matcher m = OPERATORS.matcher(reason);
    while (m.find()) {
      operators.addAll(List.of(m.group(1).strip().split(", ")));
    }
    if (!operators.isEmpty()) {
      return "LiteRT has no operator for TensorFlow's " + String.join(", ", operators);
    }
    if (reason.contains("element_shape to be static")) {
      return "a loop of an open number of steps, or of more than " + Unrolled.MOST
          + ", takes inputs whose sizes are all known: give the Input a batch size";
    }
    return reason.length() > MOST ? reason.substring(0, MOST) + "..." : reason;
  }
}
