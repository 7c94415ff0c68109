package org.keras4j.backend.pytorch.lowering;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.spi.Site;

/** Convolution and its two gradients. */
final class ConvText {
  private final Script s;
  private final ConvOperands operands;

  ConvText(Script s) {
    this.s = s;
    this.operands = new ConvOperands(s);
  }

  Term conv(ConvAttributes c, Site<Term> site) {
    TensorSpec out = site.out(0);
    if (isEmpty(site)) {
      return zeros(out);
    }
    ConvGeometry g = ConvGeometry.of(s, c, site.in(1));
    String k = g.kernel(s, operands.operand(site.input(1)));
    return conv(g, operands.operand(site.input(0)), k, "None", out);
  }

  /** A convolution by a kernel in libtorch's order, and the addition of a bias. */
  Term conv(ConvGeometry g, String x, String k, String bias, TensorSpec out) {
    if (g.isProduct(s)) {
      String r = new PointwiseConv(s, g.c).convolved(x, k, bias, out.dim(-1));
      return Term.of(operands.result(r, r, out.dtype()), out);
    }
    if (out.dtype() == DType.BFLOAT16
        && (s.isDifferentiated() || (s.isCpu() && g.hasSingleChannels))) {
      return wide(g, x, k, bias, out);
    }
    String r = s.let(convolution(g, x, k, bias));
    return Term.of(operands.result(g.unimage(r), r, out.dtype()), out);
  }

  private String convolution(ConvGeometry g, String x, String k, String bias) {
    return "torch.convolution(" + g.image(g.padded(s, g.widened(s, x))) + ", "
        + g.ordered(g.widenedKernel(s, k)) + ", " + bias + ", " + g.arguments + ")";
  }

  // in float32 on a processor, where oneDNN's gradients of bfloat16 are wrong with AVX-512, and of
  // single channels the convolutions themselves
  private Term wide(ConvGeometry g, String x, String k, String bias, TensorSpec out) {
    String to = ".to(" + s.code(DType.FLOAT32, DType.BFLOAT16) + ")";
    String r = convolution(
        g, s.copied(x + to), s.copied(k + to), bias.equals("None") ? bias : s.copied(bias + to));
    String y = s.copied(s.let(r) + ".to(" + s.code(DType.BFLOAT16) + ")");
    return Term.of(s.view(g.unimage(y), y), out);
  }

  Term inputGrad(ConvAttributes c, Site<Term> site) {
    TensorSpec out = site.out(0);
    if (isEmpty(site)) {
      return zeros(out);
    }
    ConvGeometry g = ConvGeometry.ofGradient(s, c, site.in(1));
    DType in = operands.gradientType(site.in(1), c);
    if (g.widened && in == DType.FLOAT64 && isNarrow(site.in(1).dtype())) {
      in = DType.FLOAT32; // right with two channels
    }
    String ct = operands.operand(site.input(0), in);
    String kernel = operands.operand(site.input(1), in);
    List<String> sizes = sizes(out, site.input(0));
    if (g.isProduct(s)) {
      String r = new PointwiseConv(s, c).inputGrad(ct, kernel, sizes, in);
      return Term.of(operands.result(r, r, in, out.dtype()), out);
    }
    for (int i = 0; i < g.spatial && g.explicit; i++) {
      sizes.set(i + 1, sizes.get(i + 1) + " + " + (c.low().get(i) + c.high().get(i)));
    }
    if (g.widened) {
      sizes.set(g.spatial + 1, "2");
    }
    String like = g.image("torch.empty([" + String.join(", ", sizes) + "], " + s.options(in) + ")");
    String r = s.let("torch.convolution_backward(" + g.image(ct) + ", " + like + ", "
        + g.ordered(g.widenedKernel(s, g.kernel(s, kernel))) + ", None, " + g.arguments
        + ", [True, False, False])[0]");
    String y = g.unpadded(g.unimage(r));
    if (g.widened) {
      y = "torch.slice(" + y + ", " + (g.spatial + 1) + ", 0, 1, 1)";
    }
    return Term.of(operands.result(y, r, in, out.dtype()), out);
  }

  private static boolean isNarrow(DType t) {
    return t == DType.FLOAT32 || t == DType.BFLOAT16;
  }

  // unknown is the batch alone, which the cotangent has too
  private List<String> sizes(TensorSpec out, Term cotangent) {
    List<String> sizes = new ArrayList<>();
    for (int i = 0; i < out.rank(); i++) {
      sizes.add(out.dim(i) < 0 ? s.size(cotangent, i) : s.size(out.dim(i)));
    }
    return sizes;
  }

  Term kernelGrad(ConvAttributes c, Site<Term> site) {
    TensorSpec out = site.out(0);
    if (isEmpty(site)) {
      return zeros(out);
    }
    ConvGeometry g = ConvGeometry.ofGradient(s, c, out);
    DType in = operands.gradientType(out, c);
    String x = operands.operand(site.input(0), in);
    String ct = operands.operand(site.input(1), in);
    if (g.isProduct(s)) {
      String r = new PointwiseConv(s, c).kernelGrad(x, ct, out.shape());
      return Term.of(operands.result(r, r, in, out.dtype()), out);
    }
    String empty = "torch.empty(" + s.sizes(out.shape()) + ", " + s.options(in) + ")";
    String like = g.ordered(g.kernel(s, empty));
    String r = s.let("torch.convolution_backward(" + g.image(ct) + ", " + g.image(g.padded(s, x))
        + ", " + like + ", None, " + g.arguments + ", [False, True, False])[1]");
    return Term.of(operands.result(g.unkernel(r), r, in, out.dtype()), out);
  }

  private Term zeros(TensorSpec out) {
    return Term.of(
        s.let("torch.zeros(" + s.sizes(out.shape()) + ", " + s.options(out.dtype()) + ")"), out);
  }

  // libtorch refuses axes of size 0
  private static boolean isEmpty(Site<Term> site) {
    return isEmpty(site.out(0).shape())
        || isEmpty(site.in(0).shape())
        || isEmpty(site.in(1).shape());
  }

  private static boolean isEmpty(Shape shape) {
    for (int i = 0; i < shape.rank(); i++) {
      if (shape.dim(i) == 0) {
        return true;
      }
    }
    return false;
  }
}
