package org.keras4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the guide, and the examples in Javadoc, compile; a cluster for them is not there. */
class GuideTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```java part\\n(.*?)```");

  private static final Pattern EXAMPLE = Pattern.compile("(?s)<pre>\\{@code\n(.*?)\n \\* }</pre>");

  @TempDir
  Path folder;

  private static Path file(String name) {
    Path here = Path.of(name);
    return Files.exists(here) ? here : Path.of("..").resolve(name);
  }

  @Test
  void compiles() throws Exception {
    Matcher m = BLOCK.matcher(Files.readString(file("docs/guides/spark.md")));
    int programs = 0;
    StringBuilder statements = new StringBuilder();
    while (m.find()) {
      programs++;
      if (m.group(1).contains("public class Flowers")) {
        compile("Flowers", m.group(1));
      } else {
        statements.append(m.group(1));
      }
    }
    assertEquals(3, programs);
    compile("Statements", program("Statements", statements.toString()));
  }

  @Test
  void examplesOfClassesCompile() throws Exception {
    int examples = 0;
    Path classes = file("spark/src/main/java/org/keras4j/spark");
    try (Stream<Path> all = Files.list(classes)) {
      for (Path p : all.sorted().toList()) {
        Matcher m = EXAMPLE.matcher(Files.readString(p));
        while (m.find()) {
          String name = "Example" + examples++;
          compile(name, program(name, m.group(1).replaceAll("(?m)^ \\* ?", "")));
        }
      }
    }
    assertEquals(3, examples);
  }

  private static String program(String name, String statements) {
    return "import org.apache.spark.ml.*;\nimport org.apache.spark.ml.feature.*;\n"
        + "import org.apache.spark.sql.*;\nimport org.keras4j.models.Model;\n"
        + "import org.keras4j.spark.*;\nimport org.keras4j.training.callbacks.History;\n"
        + "class "
        + name
        + " {\nvoid run(Model model, Dataset<Row> rows, Dataset<Row> people) throws Exception {\n"
        + statements
        + "\n}\n}\n";
  }

  private void compile(String name, String source) throws Exception {
    Path file = Files.writeString(folder.resolve(name + ".java"), source);
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    try (var files = javac.getStandardFileManager(null, null, null)) {
      StringWriter errors = new StringWriter();
      boolean done = javac
          .getTask(
              errors,
              files,
              null,
              List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path")),
              null,
              files.getJavaFileObjects(file.toFile()))
          .call();
      assertTrue(done, errors.toString());
    }
  }
}
