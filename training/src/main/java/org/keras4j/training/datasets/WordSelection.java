package org.keras4j.training.datasets;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.core.NDArray;

/** The texts of a dataset, numbered as {@link Words} say. */
final class WordSelection {
  private final Words words;

  WordSelection(Words words) {
    this.words = words;
  }

  /** Texts with their labels. */
  record Labelled(List<int[]> texts, long[] labels) {
    Labelled ordered(int[] order) {
      List<int[]> t = new ArrayList<>();
      long[] l = new long[order.length];
      for (int i = 0; i < order.length; i++) {
        t.add(texts.get(order[i]));
        l[i] = labels[order[i]];
      }
      return new Labelled(t, l);
    }

    Labelled part(int from, int to) {
      return new Labelled(texts.subList(from, to), Arrays.copyOfRange(labels, from, to));
    }

    NDArray labelArray() {
      return NDArray.of(labels, labels.length);
    }
  }

  /**
   * With starts, and without long texts.
   */
  Labelled begun(Labelled data) {
    List<int[]> texts = new ArrayList<>();
    long[] labels = new long[data.labels.length];
    int n = 0;
    for (int i = 0; i < labels.length; i++) {
      int[] text = data.texts.get(i);
      int before = words.startChar == null ? 0 : 1;
      if (words.maxlen > 0 && text.length + before >= words.maxlen) {
        continue;
      }
      int[] out = new int[text.length + before];
      if (words.startChar != null) {
        out[0] = words.startChar;
      }
      for (int k = 0; k < text.length; k++) {
        out[k + before] = text[k] + words.indexFrom;
      }
      texts.add(out);
      labels[n++] = data.labels[i];
    }
    return new Labelled(texts, Arrays.copyOf(labels, n));
  }

  /** Without the words that are not wanted. */
  List<int[]> chosen(List<int[]> texts, int numWords) {
    List<int[]> out = new ArrayList<>();
    for (int[] text : texts) {
      if (words.oovChar == null) {
        out.add(
            Arrays.stream(text).filter(w -> words.skipTop <= w && w < numWords).toArray());
      } else {
        out.add(Arrays.stream(text)
            .map(w -> words.skipTop <= w && w < numWords ? w : words.oovChar)
            .toArray());
      }
    }
    return out;
  }

  /** The index from which on words are left out: Keras takes the greatest one that there is, if none is said. */
  int numWords(List<int[]> texts) {
    return words.numWords > 0
        ? words.numWords
        : texts.stream().flatMapToInt(Arrays::stream).max().orElse(0);
  }
}
