package org.keras4j.tck;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.tck.pages.Checkout;
import org.keras4j.tck.pages.PublicApi;

/** The public API is the one that is written down, and every package says what may be built on it. */
@Tag("several-backends")
class PublicApiTest {
  private static final Path ROOT = Checkout.file("");
  private static final Pattern STATUS = Pattern.compile("@API\\(status = API\\.Status\\.(\\w+)");

  @Test
  void isAsWrittenDown() throws IOException {
    for (Map.Entry<String, String> module : PublicApi.all().entrySet()) {
      GeneratedPage.require("api/" + module.getKey() + ".txt", module.getValue());
    }
  }

  @Test
  void everyPackageHasAStatus() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String module : List.of(
        "core-api",
        "ops",
        "layers",
        "training",
        "models",
        "saving",
        "applications",
        "text",
        "spark",
        "onnx",
        "hub",
        "langchain4j",
        "spring-ai",
        "training-page",
        "tribuo",
        "data",
        "torch",
        "litert",
        "backend-pytorch",
        "backend-tensorflow",
        "backend-xla",
        "distribution-gloo",
        "tck")) {
      Path source = ROOT.resolve(module).resolve("src/main/java");
      try (Stream<Path> files = Files.isDirectory(source) ? Files.walk(source) : Stream.empty()) {
        for (Path f : (Iterable<Path>) files.filter(Files::isDirectory)::iterator) {
          String name = source.relativize(f).toString().replace('\\', '.').replace('/', '.');
          if (hasClasses(f)) {
            Path info = f.resolve("package-info.java");
            Matcher m = STATUS.matcher(Files.exists(info) ? Files.readString(info) : "");
            boolean internal =
                name.contains(".internal") || name.matches(".*\\.backend\\.\\w+\\..*");
            if (!m.find() || m.group(1).equals("INTERNAL") != internal) {
              wrong.add(name);
            }
          }
        }
      }
    }
    assertTrue(wrong.isEmpty(), "packages without a status, or with a wrong one: " + wrong);
  }

  private static boolean hasClasses(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(f -> f.toString().endsWith(".java")
          && !f.endsWith("package-info.java")
          && !f.endsWith("module-info.java"));
    }
  }
}
