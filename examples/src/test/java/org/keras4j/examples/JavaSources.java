package org.keras4j.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Java that a test writes, compiled against what the test itself runs on. */
final class JavaSources {
  private JavaSources() {}

  /**
   * Compiles files; a test fails that has some that do not compile.
   *
   * @param files the sources
   * @param classes the folder for the classes
   * @param failure makes the message of the failure from what the compiler says
   */
  static void compile(List<Path> files, Path classes, UnaryOperator<String> failure)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<String> options = List.of(
        "-proc:none",
        "-nowarn",
        "-Xmaxerrs",
        "1000",
        "-d",
        classes.toString(),
        "-cp",
        System.getProperty("java.class.path"));
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      boolean ok = compiler
          .getTask(
              messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
          .call();
      assertTrue(ok, () -> failure.apply(messages.toString()));
    }
  }
}
