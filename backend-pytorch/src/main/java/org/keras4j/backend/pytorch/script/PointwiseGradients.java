package org.keras4j.backend.pytorch.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ConvAttributes;

/** The gradients of convolutions whose windows have one element: matrix products. */
final class PointwiseGradients {
  private static final String END = "9223372036854775807";

  private final Script s;
  private final ConvAttributes c;

  PointwiseGradients(Script s, ConvAttributes c) {
    this.s = s;
    this.c = c;
  }

  /** What of an image the windows see. */
  static String seen(ConvAttributes c, String image) {
    String seen = image;
    for (int i = 0; i < c.spatialRank(); i++) {
      long stride = c.stride().get(i);
      if (stride > 1) {
        seen = "torch.slice(" + seen + ", " + (i + 1) + ", 0, " + END + ", " + stride + ")";
      }
    }
    return seen;
  }

  /** All gradients that a cotangent gives. */
  void all(
      ConvFusions.Backward b,
      TensorSpec kernel,
      DType in,
      ConvText text,
      Map<Value, Term> terms,
      Map<Value, Term> written) {
    Term image = terms.get(b.kernel().inputs().get(0));
    String x = text.operand(image, in);
    String ct = text.operand(terms.get(b.kernel().inputs().get(1)), in);
    if (b.input() != null) {
      Value dx = b.input().outputs().get(0);
      List<String> sizes = new ArrayList<>();
      for (int i = 0; i < image.spec().rank(); i++) {
        sizes.add(s.size(image, i));
      }
      String r = input(ct, text.operand(terms.get(b.input().inputs().get(1)), in), sizes, in);
      written.put(dx, Term.of(text.result(r, r, in, kernel.dtype()), dx.spec()));
    }
    String k = kernel(x, ct, kernel.shape());
    written.put(
        b.kernel().outputs().get(0), Term.of(text.result(k, k, in, kernel.dtype()), kernel));
    if (b.bias() != null) {
      Value db = b.bias().outputs().get(0);
      String r = s.let("torch.sum(" + matrix(ct, kernel.dim(-1)) + ", [0])");
      written.put(db, Term.of(text.result(r, r, in, kernel.dtype()), db.spec()));
    }
  }

  /** The gradient of an image of these sizes. */
  String input(String ct, String kernel, List<String> sizes, DType in) {
    String r = s.let("torch.matmul(" + ct + ", torch.t(" + pair(kernel) + "))");
    // what no window saw is zero
    for (int i = c.spatialRank(); i > 0; i--) {
      long stride = c.stride().get(i - 1);
      if (stride > 1) {
        List<String> to = new ArrayList<>();
        for (int axis = 0; axis < sizes.size(); axis++) {
          to.add(axis < i ? "torch.size(" + r + ", " + axis + ")" : sizes.get(axis));
        }
        to.set(i, sizes.get(i));
        r = s.let("torch.slice_scatter(torch.zeros([" + String.join(", ", to) + "], "
            + s.options(in) + "), " + r + ", " + i + ", 0, " + END + ", " + stride + ")");
      }
    }
    return r;
  }

  /** The gradient of the kernel. */
  String kernel(String image, String ct, Shape kernel) {
    String x = matrix(seen(c, image), kernel.dim(-2));
    String product = "torch.matmul(torch.t(" + x + "), " + matrix(ct, kernel.dim(-1)) + ")";
    return s.let("torch.reshape(" + product + ", " + s.sizes(kernel) + ")");
  }

  private String matrix(String n, long columns) {
    return "torch.reshape(" + n + ", [-1, " + s.size(columns) + "])";
  }

  /** A kernel as a matrix of channels by filters. */
  private static String pair(String kernel) {
    return "torch.flatten(" + kernel + ", 0, -2)";
  }
}
