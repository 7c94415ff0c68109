package org.keras4j.examples;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles and runs the Java of the README and of the pages under {@code docs}. The blocks of a page make one
 * program: those marked {@code java class} declare classes, the others are statements, run in order. A block of
 * a guide that shows part of a file, marked {@code java part}, is left out.
 */
class DocsTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```java([^\\n]*)\\n(.*?)```");

  @TempDir
  Path folder;

  @TestFactory
  List<DynamicTest> pages() throws Exception {
    List<Path> pages = new ArrayList<>();
    pages.add(Checkout.root().resolve("README.md"));
    try (Stream<Path> docs = Files.walk(Checkout.root().resolve("docs"))) {
      docs.filter(p -> p.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    List<DynamicTest> tests = new ArrayList<>();
    int programs = 0;
    for (Path page : pages) {
      String text = Files.readString(page);
      if (BLOCK.matcher(text).results().anyMatch(m -> !m.group(1).contains("part"))) {
        programs++;
        tests.add(DynamicTest.dynamicTest(
            Checkout.root().relativize(page).toString(), () -> run(page, text)));
      }
    }
    assertTrue(programs >= 2, "the README and a page of docs have programs");
    return tests;
  }

  private void run(Path page, String text) throws Exception {
    StringBuilder imports = new StringBuilder();
    StringBuilder classes = new StringBuilder();
    StringBuilder statements = new StringBuilder();
    Matcher m = BLOCK.matcher(text);
    while (m.find()) {
      if (m.group(1).contains("part")) {
        continue;
      }
      StringBuilder body = m.group(1).contains("class") ? classes : statements;
      for (String line : m.group(2).split("\n", -1)) {
        (line.startsWith("import ") ? imports : body).append(line).append('\n');
      }
    }
    String name = "Page" + Integer.toHexString(page.hashCode());
    String source = imports
        + "public final class "
        + name
        + " {\n"
        + classes
            .toString()
            .replaceAll("(?m)^((?:final )?class |record )", "static $1")
            .replaceAll("(?m)^(@KerasSerializable)", "$1")
        + "public static void main(String[] args) throws Exception {\n"
        + statements
        + "}\n}\n";
    Path file = folder.resolve(name + ".java");
    Files.writeString(file, source);
    JavaSources.compile(
        List.of(file), folder, said -> page + " does not compile:\n" + said + "\n" + source);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      loader.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } catch (InvocationTargetException e) {
      throw new AssertionError(page + " does not run: " + e.getCause(), e.getCause());
    }
    assertFalse(statements.isEmpty(), page + " declares classes but uses none");
  }
}
