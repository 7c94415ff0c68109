package org.keras4j.hub.tasks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.text.Encoding;

/** Encoded texts as the arrays that encoders take, filled up to one length. */
final class TokenBatch {
  private static final int STEP = 16;

  private TokenBatch() {}

  /**
   * The arrays.
   *
   * @param encodings texts, none longer than {@code length}
   * @param rows how many rows the arrays have, the first of them for the texts
   * @param length how many columns
   * @param fill the token that fills up
   * @param segments whether {@code segment_ids} is among them
   */
  static Map<String, NDArray> of(
      List<Encoding> encodings, int rows, int length, int fill, boolean segments) {
    NDArray ids = NDArray.zeros(DType.INT32, Shape.of(rows, length));
    NDArray mask = NDArray.zeros(DType.INT32, Shape.of(rows, length));
    NDArray types = NDArray.zeros(DType.INT32, Shape.of(rows, length));
    for (int r = 0; r < rows; r++) {
      int n = 0;
      if (r < encodings.size()) {
        Encoding e = encodings.get(r);
        n = e.length();
        int[] tokens = e.ids();
        int[] kinds = e.typeIds();
        for (int i = 0; i < n; i++) {
          ids.setLong(r * length + i, tokens[i]);
          mask.setLong(r * length + i, 1);
          types.setLong(r * length + i, kinds[i]);
        }
      } else {
        mask.setLong(r * length, 1); // a row of nothing has no average
      }
      for (int i = n; i < length && fill != 0; i++) {
        ids.setLong(r * length + i, fill);
      }
    }
    Map<String, NDArray> out = new LinkedHashMap<>();
    out.put("token_ids", ids);
    out.put("padding_mask", mask);
    if (segments) {
      out.put("segment_ids", types);
    }
    return out;
  }

  /** A length at which few programs serve texts of many lengths: steps of 16, wider ones for longer texts. */
  static int length(int longest, int most) {
    int step = longest <= 4 * STEP ? STEP : longest <= 16 * STEP ? 4 * STEP : 8 * STEP;
    return Math.max(1, Math.min(most, (longest + step - 1) / step * step));
  }

  static int longest(List<Encoding> encodings) {
    return encodings.stream().mapToInt(Encoding::length).max().orElse(0);
  }
}
