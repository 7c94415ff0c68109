package org.keras4j.backend.pytorch.lowering;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.ConvAttributes;

/**
 * Convolutions whose windows have one element, and their gradients, as matrix products. oneDNN as libtorch 2.10 carries it
 * divides by zero in planning its own kernel for these with 512 filters and more, on some processors with AVX-512.
 */
final class PointwiseConv {
  static final String END = "9223372036854775807";

  private final Script s;
  private final ConvAttributes c;

  PointwiseConv(Script s, ConvAttributes c) {
    this.s = s;
    this.c = c;
  }

  /** The convolution by a kernel with filters first. */
  String convolved(String x, String k, String bias, long filters) {
    String matrix = "torch.reshape(" + k + ", [" + s.size(filters) + ", -1])";
    return s.let("torch.linear(" + seen(x) + ", " + matrix + ", " + bias + ")");
  }

  // what of an image the windows see
  private String seen(String image) {
    String seen = image;
    for (int i = 0; i < c.spatialRank(); i++) {
      long stride = c.stride().get(i);
      if (stride > 1) {
        seen = "torch.slice(" + seen + ", " + (i + 1) + ", 0, " + END + ", " + stride + ")";
      }
    }
    return seen;
  }

  /** The gradient of an image of these sizes; the kernel as the graph has it. */
  String inputGrad(String ct, String kernel, List<String> sizes, DType in) {
    String pairs = "torch.flatten(" + kernel + ", 0, -2)"; // channels by filters
    String r = s.let("torch.matmul(" + ct + ", torch.t(" + pairs + "))");
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

  /** The gradient of a kernel of this shape. */
  String kernelGrad(String image, String ct, Shape kernel) {
    String x = matrix(seen(image), kernel.dim(-2));
    String product = "torch.matmul(torch.t(" + x + "), " + matrix(ct, kernel.dim(-1)) + ")";
    return s.let("torch.reshape(" + product + ", " + s.sizes(kernel) + ")");
  }

  /** The gradient of a bias. */
  String biasGrad(String ct, long filters) {
    return s.let("torch.sum(" + matrix(ct, filters) + ", [0])");
  }

  private String matrix(String n, long columns) {
    return "torch.reshape(" + n + ", [-1, " + s.size(columns) + "])";
  }
}
