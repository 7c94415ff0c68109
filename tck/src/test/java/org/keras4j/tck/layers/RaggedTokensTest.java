package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.layers.preprocessing.TextVectorization;

/** Rows of tokens of any length, in and out of TextVectorization. */
@Tag("pytorch")
class RaggedTokensTest {
  @Test
  void rowsHaveAsManyPlacesAsTokens() {
    TextVectorization words = new TextVectorization();
    words.adapt(new String[] {"the cat sat", "the dog"});
    long[][] rows = words.ragged("The dog!", "", "cat cat bird");
    long[][] dense = new long[3][];
    long[] padded =
        words.invoke(new String[] {"The dog!", "", "cat cat bird"}).toNDArray().toLongArray();
    for (int i = 0; i < 3; i++) {
      dense[i] = java.util.Arrays.copyOfRange(padded, 3 * i, 3 * i + rows[i].length);
    }
    assertArrayEquals(dense, rows);
    assertArrayEquals(
        new int[] {2, 0, 3},
        java.util.Arrays.stream(rows).mapToInt(r -> r.length).toArray());
  }

  @Test
  void tokensMayBeSplitBefore() {
    TextVectorization split =
        new TextVectorization().split((String) null).standardize("lower").ngrams(2);
    split.adaptRagged(new String[][] {{"a", "b"}, {}, {"A", "b", "c"}});
    assertEquals(List.of("", "[UNK]", "b", "a b", "a", "c", "b c"), split.getVocabulary());
    assertArrayEquals(new long[][] {{4, 2, 5, 3, 6}, {}, {1}}, split.ragged(new String[][] {
      {"a", "B", "c"}, {}, {"x"}
    }));
  }

  @Test
  void whatIsNotRaggedIsRefused() {
    String[][] tokens = {{"a"}};
    TextVectorization words = new TextVectorization();
    assertThrows(IllegalStateException.class, () -> words.ragged(tokens));
    assertThrows(IllegalStateException.class, () -> words.adaptRagged(tokens));
    assertThrows(
        IllegalStateException.class,
        () -> new TextVectorization().outputMode("count").ragged("a"));
    assertThrows(
        IllegalStateException.class,
        () -> new TextVectorization().outputSequenceLength(3).ragged("a"));
  }
}
