package org.keras4j.layers.core;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;

/**
 * What the equation of an {@link EinsumDense} says about shapes.
 *
 * @param kernel the kernel's shape
 * @param bias the bias's shape, or null
 * @param inputAxes the kernel's axes that are summed over
 * @param outputAxes the kernel's axes that the output has
 */
record EinsumShapes(Shape kernel, @Nullable Shape bias, int[] inputAxes, int[] outputAxes) {
  private static final Pattern PLAIN = Pattern.compile(
      "(\\.\\.\\.)?([a-zA-Z]+)(\\.\\.\\.)?,([a-zA-Z]+)->(\\.\\.\\.)?([a-zA-Z]+)(\\.\\.\\.)?");

  static EinsumShapes of(
      String label, String equation, @Nullable String biasAxes, Shape input, long[] partial) {
    Matcher m = PLAIN.matcher(equation.replace(" ", ""));
    boolean fits = m.matches()
        && (m.group(1) == null) == (m.group(5) == null)
        && (m.group(3) == null) == (m.group(7) == null)
        && (m.group(1) == null || m.group(3) == null);
    if (!fits) {
      throw new IllegalArgumentException(label + ": 'equation' expects the form 'ab,bc->ac',"
          + " '...ab,bc->...ac' or 'ab...,bc->ac...', got '" + equation + "'");
    }
    boolean left = m.group(1) != null;
    String in = m.group(2);
    String weight = m.group(4);
    String out = m.group(6);
    int elided = input.rank() - in.length();
    if (elided < 0 || elided > 0 && !left && m.group(3) == null) {
      throw new IllegalArgumentException(label + ": 'equation' has " + in.length()
          + " axes of the input in '" + equation + "', got input shape " + input);
    }
    List<Long> output = new ArrayList<>(List.of(input.dim(0)));
    for (long d : partial) {
      output.add(d);
    }
    for (int i = 1; left && i < elided; i++) {
      output.add(i, input.dim(i));
    }
    for (int i = input.rank() - elided; !left && i < input.rank(); i++) {
      output.add(input.dim(i));
    }
    int shift = left ? elided : 0;
    if (output.size() != out.length() + elided) {
      throw new IllegalArgumentException(label + ": 'outputShape' " + Shape.of(partial)
          + " does not have the axes of the output in '" + equation + "'");
    }
    for (int i = 0; i < in.length(); i++) {
      int at = out.indexOf(in.charAt(i));
      if (at >= 0) {
        long given = output.get(at + shift);
        long size = input.dim(i + shift);
        if (given >= 0 && given != size) {
          throw new IllegalArgumentException(label + ": axis '" + in.charAt(i) + "' is " + size
              + " in input shape " + input + ", but 'outputShape' says " + given);
        }
      }
    }
    return weights(label, equation, biasAxes, input, output, in, weight, out, shift, elided);
  }

  private static EinsumShapes weights(
      String label,
      String equation,
      @Nullable String biasAxes,
      Shape input,
      List<Long> output,
      String in,
      String weight,
      String out,
      int shift,
      int elided) {
    for (char c : out.toCharArray()) {
      if (in.indexOf(c) < 0 && weight.indexOf(c) < 0) {
        throw new IllegalArgumentException(label + ": axis '" + c + "' of the output in '"
            + equation + "' is in neither the input nor the kernel");
      }
    }
    long[] kernel = new long[weight.length()];
    List<Integer> inputAxes = new ArrayList<>();
    List<Integer> outputAxes = new ArrayList<>();
    for (int i = 0; i < kernel.length; i++) {
      char c = weight.charAt(i);
      int o = out.indexOf(c);
      int k = in.indexOf(c);
      if (o >= 0) {
        kernel[i] = output.get(o + shift);
        outputAxes.add(i);
      } else if (k >= 0) {
        kernel[i] = input.dim(k + shift);
        inputAxes.add(i);
      } else {
        throw new IllegalArgumentException(label + ": axis '" + c + "' of the kernel in '"
            + equation + "' is in neither the input nor the output");
      }
      if (kernel[i] < 0) {
        throw new IllegalArgumentException(label + ": the size of the kernel's axis '" + c
            + "' must be known, got input shape " + input);
      }
    }
    return new EinsumShapes(
        Shape.of(kernel),
        biasAxes == null ? null : bias(label, biasAxes, output, out, shift, elided),
        ints(inputAxes),
        ints(outputAxes));
  }

  private static Shape bias(
      String label, String axes, List<Long> output, String out, int shift, int elided) {
    int first = out.length();
    for (char c : axes.toCharArray()) {
      int at = out.indexOf(c);
      if (at < 0) {
        throw new IllegalArgumentException(
            label + ": 'biasAxes' has '" + c + "', which the output '" + out + "' has not");
      }
      first = Math.min(first, at);
    }
    List<Long> dims = new ArrayList<>();
    for (int i = first; i < out.length(); i++) {
      dims.add(axes.indexOf(out.charAt(i)) >= 0 ? output.get(i + shift) : 1L);
    }
    for (int i = 0; shift == 0 && i < elided; i++) {
      dims.add(1L);
    }
    return Shape.of(dims);
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(i -> i).toArray();
  }
}
