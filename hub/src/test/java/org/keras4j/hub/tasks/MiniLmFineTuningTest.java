package org.keras4j.hub.tasks;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keras4j.core.NDArray;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.text.Encoding;
import org.keras4j.text.Tokenizer;
import org.keras4j.training.Fit;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.metrics.SparseCategoricalAccuracy;
import org.keras4j.training.optimizers.Adam;

/**
 * The encoder all-MiniLM-L6-v2 learns to tell the sections of Debian's packages from their descriptions, and is saved where {@code
 * scripts/open_classifier.py} finds it, with what it gives for the texts that it has not seen; with {@code
 * -Dkeras4j.hub.texts=FILE.tsv}, which {@code scripts/debian_sections.py} makes, {@code -Dkeras4j.hub.classifier=FOLDER}, and the
 * encoder on the class path (the Maven profile {@code minilm}).
 */
class MiniLmFineTuningTest {
  private static final int UNSEEN = 400;
  private static final List<String> SECTIONS = List.of("games", "science", "sound", "web");

  private static List<String> column(List<String> lines, int at) {
    return lines.stream().map(l -> l.split("\t", 2)[at]).toList();
  }

  @Test
  void learnsAndIsSaved() throws IOException {
    String file = System.getProperty("keras4j.hub.texts");
    String target = System.getProperty("keras4j.hub.classifier");
    assumeTrue(file != null && target != null, "nobody asked");
    Path folder = Files.createDirectories(Path.of(target));
    MiniLmTest.writeModel(folder);
    List<String> lines = Files.readAllLines(Path.of(file));
    List<String> seen = lines.subList(UNSEEN, lines.size());
    List<String> unseen = lines.subList(0, UNSEEN);
    SeedGenerator.setRandomSeed(16);
    TextClassifier classifier = TextClassifier.fromPreset(folder, SECTIONS);
    classifier
        .model()
        .compile(
            new Adam(1e-4),
            new SparseCategoricalCrossentropy().fromLogits(true),
            new SparseCategoricalAccuracy().name("accuracy"));
    double before = accuracy(classifier, unseen);
    long start = System.nanoTime();
    classifier.fit(column(seen, 1), column(seen, 0), Fit.epochs(3).batchSize(32).verbose(2));
    double after = accuracy(classifier, unseen);
    System.out.printf(
        "accuracy on %d unseen texts: %.4f, after training on %d texts for %.0f s: %.4f%n",
        UNSEEN, before, seen.size(), (System.nanoTime() - start) / 1e9, after);
    classifier.model().save(folder.resolve("model.keras"));
    writeExpected(classifier, unseen, folder);
    assertTrue(before < 0.5 && after > 0.8, before + " to " + after);
  }

  private static double accuracy(TextClassifier classifier, List<String> lines) {
    List<String> given = classifier.classify(column(lines, 1));
    List<String> right = column(lines, 0);
    int same = 0;
    for (int i = 0; i < given.size(); i++) {
      same += given.get(i).equals(right.get(i)) ? 1 : 0;
    }
    return (double) same / given.size();
  }

  private static void writeExpected(TextClassifier classifier, List<String> lines, Path folder)
      throws IOException {
    List<Encoding> encodings = Tokenizer.load(folder).padding(null).encodeBatch(column(lines, 1));
    int longest = TokenBatch.longest(encodings);
    Map<String, NDArray> arrays =
        new LinkedHashMap<>(TokenBatch.of(encodings, lines.size(), longest, 0, true));
    NDArray logits = classifier.model().predict(arrays);
    arrays.put("logits", logits);
    int[] classes = column(lines, 0).stream().mapToInt(SECTIONS::indexOf).toArray();
    arrays.put("classes", NDArray.of(classes));
    SafeTensors.write(folder.resolve("checked.safetensors"), WeightSource.of(arrays));
  }
}
