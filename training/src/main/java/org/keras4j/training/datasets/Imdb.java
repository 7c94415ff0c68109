package org.keras4j.training.datasets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.MersenneTwister;

/**
 * Reviews of films, good (1) or bad (0) ({@code keras.datasets.imdb}): 25,000 to train on and 25,000 to test with. Maas and
 * others, 2011.
 */
public final class Imdb {
  private Imdb() {}

  /**
   * All words, from Keras's cache, into which the data are fetched if they are not there.
   *
   * @throws IOException if they cannot be had; the message says what to do
   */
  public static WordData load() throws IOException {
    return load(Words.defaults());
  }

  /**
   * Likewise, of these words: {@code Imdb.load(Words.numWords(10_000).maxlen(200))}.
   *
   * @throws IllegalArgumentException if no text is as short
   */
  public static WordData load(Words words) throws IOException {
    Path file = ArrayFiles.file(
        words.path, "imdb.npz", "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f");
    WordSelection.Labelled train = ObjectArrays.read(file, "x_train", "y_train");
    WordSelection.Labelled test = ObjectArrays.read(file, "x_test", "y_test");
    MersenneTwister random = MersenneTwister.ofNumPy(words.seed);
    train = train.ordered(random.numPyOrder(train.texts().size()));
    test = test.ordered(random.numPyOrder(test.texts().size()));
    WordSelection selection = new WordSelection(words);
    train = selection.begun(train);
    test = selection.begun(test);
    if (train.texts().isEmpty() || test.texts().isEmpty()) {
      throw new IllegalArgumentException(
          "Imdb: no text is shorter than maxlen " + words.maxlen + "; increase it");
    }
    List<int[]> all = new ArrayList<>(train.texts());
    all.addAll(test.texts());
    int numWords = selection.numWords(all);
    return new WordData(
        selection.chosen(train.texts(), numWords),
        train.labelArray(),
        selection.chosen(test.texts(), numWords),
        test.labelArray());
  }

  /** The words with their indices, to which {@code indexFrom} is still to be added ({@code get_word_index}). */
  public static Map<String, Integer> getWordIndex() throws IOException {
    return getWordIndex(null);
  }

  /** Likewise, of a file {@code imdb_word_index.json}; null for the one in the cache. */
  public static Map<String, Integer> getWordIndex(@Nullable Path file) throws IOException {
    return WordIndex.read(
        ArrayFiles.file(file, "imdb_word_index.json", "bfafd718b763782e994055a2d397834f"));
  }
}
