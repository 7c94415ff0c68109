package org.keras4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the guide compile; a cluster for them is not there. */
class GuideTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```java part\\n(.*?)```");

  @TempDir
  Path folder;

  @Test
  void compiles() throws Exception {
    Path guide = Path.of("docs/guides/spark.md");
    String text = Files.readString(Files.exists(guide) ? guide : Path.of("..").resolve(guide));
    Matcher m = BLOCK.matcher(text);
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
    compile(
        "Statements",
        "import org.apache.spark.ml.*;\nimport org.apache.spark.ml.feature.*;\n"
            + "import org.apache.spark.sql.*;\nimport org.keras4j.models.Model;\n"
            + "import org.keras4j.spark.*;\n"
            + "class Statements {\nvoid run(Model model, Dataset<Row> rows) throws Exception {\n"
            + statements
            + "}\n}\n");
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
