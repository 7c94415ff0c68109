package org.keras4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.layers.preprocessing.StringLookup;
import org.keras4j.layers.preprocessing.TextVectorization;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;

/** Inputs of strings, the layer that turns them into numbers, and the network behind it. */
enum StringInputs {
  /** One word a row, to a one-hot vector. */
  WORDS(1),
  /** Eight words a row, to the set of them. */
  TAGS(8),
  /** Texts of fifty words, to embeddings. */
  TEXTS(50);

  private static final int MOST_WORDS = 1000;

  private final int words;

  StringInputs(int words) {
    this.words = words;
  }

  private static int vocabulary(Sizes sizes) {
    return Math.min(MOST_WORDS, sizes.vocabulary());
  }

  private static List<String> tokens(Sizes sizes) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < vocabulary(sizes); i++) {
      out.add("word" + i);
    }
    return out;
  }

  /** The layer on strings. */
  Layer encoder(Sizes sizes) {
    return switch (this) {
      case WORDS -> new StringLookup().vocabulary(tokens(sizes)).outputMode("one_hot");
      case TAGS -> new StringLookup().vocabulary(tokens(sizes)).outputMode("multi_hot");
      case TEXTS -> new TextVectorization().vocabulary(tokens(sizes)).outputSequenceLength(words);
    };
  }

  /** Made-up strings, {@code (rows, n)}; some words are unknown. */
  NDArray strings(SplittableRandom r, int rows, Sizes sizes) {
    int columns = this == TEXTS ? 1 : words;
    String[] out = new String[rows * columns];
    for (int i = 0; i < out.length; i++) {
      out[i] = this == TEXTS ? text(r, sizes) : word(r, sizes);
    }
    return NDArray.ofStrings(out, Shape.of(rows, columns));
  }

  private static String word(SplittableRandom r, Sizes sizes) {
    return "word" + r.nextInt(vocabulary(sizes) * 11 / 10);
  }

  private String text(SplittableRandom r, Sizes sizes) {
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < words; i++) {
      b.append(i == 0 ? "" : i % 10 == 0 ? ". " : " ").append(word(r, sizes));
    }
    return b.append('!').toString();
  }

  /** The network, with the layer on strings, or for what that makes. */
  Model network(Sizes sizes, boolean strings) {
    List<Layer> layers = new ArrayList<>();
    int n = vocabulary(sizes) + (this == TEXTS ? 2 : 1);
    if (strings) {
      layers.add(new Input(this == TEXTS ? 1 : words).dtype("string"));
      layers.add(encoder(sizes));
    } else {
      layers.add(this == TEXTS ? new Input(words).dtype("int64") : new Input(n));
    }
    if (this == TEXTS) {
      layers.add(new Embedding(n, 32));
      layers.add(new GlobalAveragePooling1D());
    }
    layers.add(new Dense(32).activation("relu"));
    layers.add(new Dense(1).activation("sigmoid"));
    return new Sequential(layers.toArray(new Layer[0]));
  }
}
