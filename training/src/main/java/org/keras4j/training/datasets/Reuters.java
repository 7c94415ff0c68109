package org.keras4j.training.datasets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.MersenneTwister;

/** News of Reuters of 1987 on 46 topics ({@code keras.datasets.reuters}): 11,228 texts. */
public final class Reuters {
  private static final List<String> LABELS = List.of("""
      cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar
      trade reserves ship cotton carcass crude nat-gas cpi money-fx interest gnp
      meal-feed alum oilseed gold tin strategic-metal livestock retail ipi iron-steel
      rubber heat jobs lei bop zinc orange pet-chem dlr gas silver wpi hog lead
      """.strip().split("\\s+"));

  private Reuters() {}

  /**
   * All words, a fifth of the texts for tests, from Keras's cache, into which the data are fetched if they are not there.
   *
   * @throws IOException if they cannot be had; the message says what to do
   */
  public static WordData load() throws IOException {
    return load(Words.defaults(), 0.2);
  }

  /**
   * Likewise, of these words.
   *
   * @param testSplit which part is for tests, from 0 to 1
   * @return sequences of training and test
   */
  public static WordData load(Words words, double testSplit) throws IOException {
    if (!(testSplit >= 0 && testSplit <= 1)) {
      throw new IllegalArgumentException(
          "Reuters: testSplit must be from 0 to 1, got " + testSplit);
    }
    Path file = ArrayFiles.file(
        words.path,
        "reuters.npz",
        "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916");
    WordSelection.Labelled data = ObjectArrays.read(file, "x", "y");
    data =
        data.ordered(MersenneTwister.ofNumPy(words.seed).numPyOrder(data.texts().size()));
    WordSelection selection = new WordSelection(words);
    data = selection.begun(data);
    data = new WordSelection.Labelled(
        selection.chosen(data.texts(), selection.numWords(data.texts())), data.labels());
    int n = data.texts().size();
    int train = (int) (n * (1 - testSplit));
    WordSelection.Labelled first = data.part(0, train);
    WordSelection.Labelled rest = data.part(train, n);
    return new WordData(first.texts(), first.labelArray(), rest.texts(), rest.labelArray());
  }

  /** The topics by number ({@code get_label_names}). */
  public static List<String> getLabelNames() {
    return LABELS;
  }

  /** The words with their indices, to which {@code indexFrom} is still to be added ({@code get_word_index}). */
  public static Map<String, Integer> getWordIndex() throws IOException {
    return getWordIndex(null);
  }

  /** Likewise, of a file {@code reuters_word_index.json}; null for the one in the cache. */
  public static Map<String, Integer> getWordIndex(@Nullable Path file) throws IOException {
    return WordIndex.read(
        ArrayFiles.file(file, "reuters_word_index.json", "4d44cc38712099c9e383dc6e5f11a921"));
  }
}
