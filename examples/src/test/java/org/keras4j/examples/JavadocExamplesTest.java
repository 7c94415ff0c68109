package org.keras4j.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples in the Javadoc of all public classes compile ({@link JavadocTest} runs those of layers and training besides). */
class JavadocExamplesTest {
  private static final Pattern CODE =
      Pattern.compile("(?s)<pre>\\{@code\\n((?:(?!</pre>).)*?)\\n[ *]*\\}</pre>");
  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
  private static final Pattern IMPORT = Pattern.compile("(?m)^import (?!static)[^;]+;");

  /** Programs; modules whose examples JavadocTest runs; and Spark's, whose classes a cluster has. */
  private static final Pattern OTHERS = Pattern.compile(
      "layers|training|backend-.*|registry-processor|tck|cli|benchmarks|examples|consumers|spark");

  /** Classes for libraries that the examples' module does without. */
  private static final Pattern OF_OTHERS = Pattern.compile("(Djl|TensorFlow)Batches\\.java");

  /** What a reader of any example imports without being told. */
  private static final String IMPORTS = """
      import java.io.*;
      import java.nio.file.*;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.stream.*;
      import org.keras4j.core.*;
      import org.keras4j.core.serialization.*;
      import org.keras4j.hub.generation.*;
      import org.keras4j.hub.tasks.*;
      import org.keras4j.hub.weights.*;
      import org.keras4j.layers.core.*;
      import org.keras4j.models.*;
      import org.keras4j.ops.Ops;
      import org.keras4j.ops.types.*;
      import org.keras4j.text.*;
      import org.keras4j.training.*;
      import org.keras4j.training.losses.*;
      """;

  /** What examples speak of without making it. */
  private static final String GIVEN = """
      static Path folder, file;
      static ExecutorService executor;
      static Tokenizer tokenizer;
      static int[] tokens;
      static List<String> texts, labels;
      static double[] ages;
      static String[] cities, plans;
      static NDArray image, images, kernel, bias, x0, y0;
      static Tensor query, key, value, mean, variance, beta, gamma, logits, lengths, scale, translation;
      static Tensor image1, image2;
      static List<Integer> shape;
      static Tensor[] spectrogram;
      static Model teacher, student, encoder;
      """;

  private static final String NUMBERS = "static Model model; static double[][] x, y;\n";
  private static final String GENERATOR = "static CausalLM model;\n";

  /** By class: what else its example speaks of. */
  private static final Map<String, String> OWN_GIVEN = Map.of(
      "ChatFormat", GENERATOR,
      "GenerationService", GENERATOR,
      "TextStream", GENERATOR,
      "TorchModule", "static Model model; static org.bytedeco.pytorch.Tensor x, y;\n",
      "TorchBatches",
          "static Model model; static org.bytedeco.pytorch.JavaRandomDataLoader loader;\n",
      "KerasClassifier", "static org.tribuo.MutableDataset<Label> dataset;\n",
      "BatchNormalizationOptions", "static Tensor x;\n");

  /** By class: what else its example imports. */
  private static final Map<String, String> OWN_IMPORTS = Map.of(
      "YOLOV8Loss", "import org.keras4j.training.optimizers.Adam;\n",
      "ChatFormat", "import org.keras4j.hub.generation.ChatFormat.*;\n",
      "ModelParallel", "import org.keras4j.training.data.*;\n",
      "StepExport", "import org.keras4j.distribution.*;\n",
      "TorchModule", "import org.bytedeco.pytorch.*;\nimport org.bytedeco.pytorch.global.torch;\n",
      "KerasClassifier", "import org.tribuo.Model;\nimport org.tribuo.Trainer;\n",
      "KerasRegressor", "import org.tribuo.Model;\nimport org.tribuo.Trainer;\n");

  @TempDir
  Path folder;

  @Test
  void examplesCompile() throws IOException {
    List<Path> programs = new ArrayList<>();
    for (Map.Entry<Path, List<String>> e : examples().entrySet()) {
      programs.add(program(Files.readString(e.getKey()), e.getKey(), e.getValue()));
    }
    JavaSources.compile(programs, folder, m -> "examples do not compile:\n" + m);
    assertTrue(programs.size() > 70, "only " + programs.size() + " classes have examples");
  }

  /** The examples of each file of the library's that has some. */
  private static Map<Path, List<String>> examples() throws IOException {
    Map<Path, List<String>> out = new TreeMap<>();
    List<Path> modules;
    try (Stream<Path> all = Files.list(Checkout.root())) {
      modules = all.filter(m -> !OTHERS.matcher(m.getFileName().toString()).matches())
          .map(m -> m.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .toList();
    }
    for (Path module : modules) {
      try (Stream<Path> all = Files.walk(module)) {
        for (Path file : all.filter(p -> p.toString().endsWith(".java"))
            .filter(p -> !p.toString().replace('\\', '/').contains("/internal/"))
            .filter(p -> !OF_OTHERS.matcher(p.getFileName().toString()).matches())
            .toList()) {
          List<String> code = CODE.matcher(Files.readString(file))
              .results()
              .map((MatchResult m) -> m.group(1).replaceAll("(?m)^ *\\* ?", ""))
              .filter(c -> c.contains(";") && !c.startsWith("provides "))
              .toList();
          if (!code.isEmpty()) {
            out.put(file, code);
          }
        }
      }
    }
    return out;
  }

  private Path program(String source, Path file, List<String> examples) throws IOException {
    String name = file.getFileName().toString().replace(".java", "");
    Matcher pkg = PACKAGE.matcher(source);
    assertTrue(pkg.find(), file.toString());
    String type = "Example_" + pkg.group(1).replace('.', '_') + "_" + name.replace('-', '_');
    String own =
        IMPORT.matcher(source).results().map(MatchResult::group).collect(Collectors.joining("\n"));
    StringBuilder members = new StringBuilder();
    StringBuilder statements = new StringBuilder();
    for (String example : examples) {
      if (example.startsWith("@Bean")) {
        members
            .append("@org.springframework.context.annotation.Bean\n")
            .append(example.substring(5))
            .append('\n');
      } else {
        statements.append("{\n").append(example).append("\n}\n");
      }
    }
    return Files.writeString(
        folder.resolve(type + ".java"),
        own + "\nimport " + pkg.group(1) + ".*;\n" + OWN_IMPORTS.getOrDefault(name, "") + IMPORTS
            + "final class " + type + " {\n" + GIVEN + OWN_GIVEN.getOrDefault(name, NUMBERS)
            + members
            + "static void run() throws Exception {\n" + statements + "}\n}\n");
  }
}
