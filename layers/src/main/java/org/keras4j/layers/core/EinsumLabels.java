package org.keras4j.layers.core;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;

/**
 * The letters of the axes in an equation of two operands, those that an ellipsis stands for written out.
 */
record EinsumLabels(String input, String weight, String output) {
  /** Of an equation that {@link EinsumShapes} takes. */
  static EinsumLabels of(String equation, int inputRank) {
    String text = equation.replace(" ", "");
    int comma = text.indexOf(',');
    int arrow = text.indexOf("->");
    String in = text.substring(0, comma);
    String weight = text.substring(comma + 1, arrow);
    String out = text.substring(arrow + 2);
    StringBuilder elided = new StringBuilder();
    int count = inputRank - in.replace("...", "").length();
    for (char c = 'A'; elided.length() < count; c = c == 'Z' ? 'a' : (char) (c + 1)) {
      if (text.indexOf(c) < 0) {
        elided.append(c);
      }
    }
    return new EinsumLabels(in.replace("...", elided), weight, out.replace("...", elided));
  }

  String forward() {
    return input + "," + weight + "->" + output;
  }

  /** The inputs' gradient, of outputs and weights. */
  String backward() {
    return output + "," + weight + "->" + input;
  }

  /** Whether a weight's axis is summed over. */
  boolean isSummed(int weightAxis) {
    return output.indexOf(weight.charAt(weightAxis)) < 0;
  }

  /** The inputs' axes that are summed over. */
  int[] summedInputs() {
    return IntStream.range(0, input.length())
        .filter(i -> output.indexOf(input.charAt(i)) < 0)
        .toArray();
  }

  /** A tensor with axes in another order: those that are not asked for have size 1, as new ones get. */
  static Tensor align(Tensor x, String from, String to) {
    List<Integer> order = new ArrayList<>();
    List<Integer> added = new ArrayList<>();
    for (int i = 0; i < to.length(); i++) {
      int at = from.indexOf(to.charAt(i));
      if (at >= 0) {
        order.add(at);
      } else {
        added.add(i);
      }
    }
    int kept = order.size();
    IntStream.range(0, from.length())
        .filter(i -> to.indexOf(from.charAt(i)) < 0)
        .forEach(order::add);
    Tensor y = Ops.transpose(x, ints(order));
    if (kept < from.length()) {
      y = Ops.squeeze(y, IntStream.range(kept, from.length()).toArray());
    }
    return added.isEmpty() ? y : Ops.expandDims(y, ints(added));
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(i -> i).toArray();
  }
}
