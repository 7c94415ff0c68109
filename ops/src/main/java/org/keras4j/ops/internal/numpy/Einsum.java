package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Einstein's summation: operands are folded one after the other, each pair by one product that sums
 * over what neither the result nor a later operand names.
 */
final class Einsum {
  // the axes that an ellipsis stands for, from the last to the first
  private static final char FIRST_HIDDEN = '\u0100';

  private final String subscripts;
  private final List<String> inputs = new ArrayList<>();
  private String output = "";

  private Einsum(String subscripts) {
    this.subscripts = subscripts;
  }

  /** The result of the expression on operands of one dtype. */
  static Tensor of(String subscripts, List<Tensor> operands, @Nullable DType out) {
    Einsum e = new Einsum(subscripts);
    e.parse(operands);
    return e.run(operands, out);
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException("subscripts \"" + subscripts + "\": " + what);
  }

  private void parse(List<Tensor> operands) {
    String s = subscripts.replace(" ", "");
    int arrow = s.indexOf("->");
    String[] left = (arrow < 0 ? s : s.substring(0, arrow)).split(",", -1);
    if (left.length != operands.size()) {
      throw wrong("expected " + left.length + " operands, got " + operands.size());
    }
    int hidden = 0;
    for (int i = 0; i < left.length; i++) {
      int named = left[i].replace("...", "").length();
      int rank = operands.get(i).rank();
      boolean dots = left[i].contains("...");
      if (dots ? named > rank : named != rank) {
        throw wrong("'" + left[i] + "' does not name the axes of shape "
            + operands.get(i).shape());
      }
      hidden = Math.max(hidden, rank - named);
      inputs.add(left[i].replace("...", hiddenAxes(rank - named)));
    }
    for (String in : inputs) {
      for (char c : in.toCharArray()) {
        if (c < FIRST_HIDDEN && !Character.isLetter(c)) {
          throw wrong("'" + c + "' is no letter");
        }
      }
    }
    output = arrow < 0
        ? hiddenAxes(hidden) + implied()
        : s.substring(arrow + 2).replace("...", hiddenAxes(hidden));
    Set<Character> seen = new LinkedHashSet<>();
    for (char c : output.toCharArray()) {
      if (!seen.add(c) || inputs.stream().noneMatch(in -> in.indexOf(c) >= 0)) {
        throw wrong("'" + c + "' of the output must occur once, and in an operand");
      }
    }
  }

  private static String hiddenAxes(int n) {
    StringBuilder b = new StringBuilder();
    for (int i = n - 1; i >= 0; i--) {
      b.append((char) (FIRST_HIDDEN + i));
    }
    return b.toString();
  }

  // the letters that occur once, in alphabetical order
  private String implied() {
    String all = String.join("", inputs);
    StringBuilder b = new StringBuilder();
    all.chars()
        .filter(c -> c < FIRST_HIDDEN && all.indexOf(c) == all.lastIndexOf(c))
        .sorted()
        .forEach(c -> b.append((char) c));
    return b.toString();
  }

  private record Labelled(Tensor tensor, String axes) {}

  private Tensor run(List<Tensor> operands, @Nullable DType out) {
    Labelled r = null;
    for (int i = 0; i < operands.size(); i++) {
      String later = output + String.join("", inputs.subList(i + 1, inputs.size()));
      Labelled next = diagonals(new Labelled(operands.get(i), inputs.get(i)));
      if (r == null) {
        r = sumUnneeded(next, later);
      } else {
        next = sumUnneeded(next, later + r.axes);
        r = multiply(r, next, later, out);
      }
    }
    Tensor t = java.util.Objects.requireNonNull(r).tensor;
    if (out != null) {
      t = Prims.convert(t, out);
    }
    int[] p = new int[output.length()];
    for (int i = 0; i < p.length; i++) {
      p[i] = r.axes.indexOf(output.charAt(i));
    }
    return Prims.transpose(t, p);
  }

  // a letter that occurs twice in one operand means the diagonal
  private static Labelled diagonals(Labelled x) {
    for (int i = 0; i < x.axes.length(); i++) {
      int j = x.axes.indexOf(x.axes.charAt(i), i + 1);
      if (j >= 0) {
        int last = x.tensor.rank() - 1;
        Tensor t = Axes.moved(x.tensor, new int[] {i, j}, new int[] {last - 1, last});
        StringBuilder rest = new StringBuilder(x.axes).deleteCharAt(j).deleteCharAt(i);
        return diagonals(
            new Labelled(Diagonals.of(t, 0), rest.append(x.axes.charAt(i)).toString()));
      }
    }
    return x;
  }

  private static Labelled sumUnneeded(Labelled x, String needed) {
    StringBuilder kept = new StringBuilder();
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < x.axes.length(); i++) {
      if (needed.indexOf(x.axes.charAt(i)) >= 0) {
        kept.append(x.axes.charAt(i));
      } else {
        axes.add(i);
      }
    }
    if (axes.isEmpty()) {
      return x;
    }
    int[] a = axes.stream().mapToInt(i -> i).toArray();
    return new Labelled(Prims.reduce(ReduceKind.SUM, x.tensor, a), kept.toString());
  }

  private Labelled multiply(Labelled x, Labelled y, String needed, @Nullable DType out) {
    // axes of size 1 repeat: they are dropped where the other operand has the real size
    Labelled a = dropOnes(x, y);
    Labelled b = dropOnes(y, a);
    List<Integer> ab = new ArrayList<>();
    List<Integer> bb = new ArrayList<>();
    List<Integer> ac = new ArrayList<>();
    List<Integer> bc = new ArrayList<>();
    StringBuilder batch = new StringBuilder();
    StringBuilder rest = new StringBuilder();
    for (int i = 0; i < a.axes.length(); i++) {
      char c = a.axes.charAt(i);
      int j = b.axes.indexOf(c);
      if (j < 0) {
        rest.append(c);
        continue;
      }
      checkSizes(c, a.tensor.shape().dim(i), b.tensor.shape().dim(j));
      if (needed.indexOf(c) >= 0) {
        ab.add(i);
        bb.add(j);
        batch.append(c);
      } else {
        ac.add(i);
        bc.add(j);
      }
    }
    for (char c : b.axes.toCharArray()) {
      if (a.axes.indexOf(c) < 0) {
        rest.append(c);
      }
    }
    DType type = out != null && a.tensor.dtype() != out ? out : null;
    Tensor left = a.tensor;
    Tensor right = b.tensor;
    if (left.dtype() != right.dtype()) {
      right = Prims.convert(right, left.dtype());
    }
    return sumUnneeded(
        new Labelled(
            Prims.dot(left, right, array(ab), array(bb), array(ac), array(bc), type),
            batch.append(rest).toString()),
        needed);
  }

  private void checkSizes(char c, long m, long n) {
    if (m >= 0 && n >= 0 && m != n) {
      throw wrong((c < FIRST_HIDDEN ? "'" + c + "'" : "an axis of the ellipsis") + " has sizes " + m
          + " and " + n);
    }
  }

  private static Labelled dropOnes(Labelled x, Labelled other) {
    StringBuilder kept = new StringBuilder();
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < x.axes.length(); i++) {
      int j = other.axes.indexOf(x.axes.charAt(i));
      if (x.tensor.shape().dim(i) == 1 && j >= 0 && other.tensor.shape().dim(j) != 1) {
        axes.add(i);
      } else {
        kept.append(x.axes.charAt(i));
      }
    }
    return axes.isEmpty()
        ? x
        : new Labelled(Prims.reduce(ReduceKind.SUM, x.tensor, array(axes)), kept.toString());
  }

  private static int[] array(List<Integer> l) {
    return l.stream().mapToInt(i -> i).toArray();
  }
}
