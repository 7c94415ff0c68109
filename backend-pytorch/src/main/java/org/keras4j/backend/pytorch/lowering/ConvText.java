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
    ConvGeometry g = ConvGeometry.of(c, site.in(1));
    String k = g.kernel(s, operands.operand(site.input(1)));
    return conv(g, operands.operand(site.input(0)), k, "None", out);
  }

  /** A convolution by a kernel in libtorch's order, and the addition of a bias. */
  Term conv(ConvGeometry g, String x, String k, String bias, TensorSpec out) {
    if (g.pointwise && s.isCpu()) {
      String r = new PointwiseConv(s, g.c).convolved(x, k, bias, out.dim(-1));
      return Term.of(operands.result(r, r, out.dtype()), out);
    }
    String r = s.let("torch.convolution(" + g.image(g.padded(s, x)) + ", " + g.ordered(k) + ", "
        + bias + ", " + g.arguments + ")");
    return Term.of(operands.result(g.unimage(r), r, out.dtype()), out);
  }

  Term inputGrad(ConvAttributes c, Site<Term> site) {
    TensorSpec out = site.out(0);
    if (isEmpty(site)) {
      return zeros(out);
    }
    ConvGeometry g = ConvGeometry.ofGradient(c, site.in(1));
    DType in = operands.gradientType(site.in(1), c);
    String ct = operands.operand(site.input(0), in);
    String kernel = operands.operand(site.input(1), in);
    List<String> sizes = sizes(out, site.input(0));
    if (g.pointwise && s.isCpu()) {
      String r = new PointwiseConv(s, c).inputGrad(ct, kernel, sizes, in);
      return Term.of(operands.result(r, r, in, out.dtype()), out);
    }
    for (int i = 0; i < g.spatial && g.explicit; i++) {
      sizes.set(i + 1, sizes.get(i + 1) + " + " + (c.low().get(i) + c.high().get(i)));
    }
    String like = g.image("torch.empty([" + String.join(", ", sizes) + "], " + s.options(in) + ")");
    String r = s.let("torch.convolution_backward(" + g.image(ct) + ", " + like + ", "
        + g.ordered(g.kernel(s, kernel)) + ", None, " + g.arguments + ", [True, False, False])[0]");
    return Term.of(operands.result(g.unpadded(g.unimage(r)), r, in, out.dtype()), out);
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
    ConvGeometry g = ConvGeometry.ofGradient(c, out);
    DType in = operands.gradientType(out, c);
    String x = operands.operand(site.input(0), in);
    String ct = operands.operand(site.input(1), in);
    if (g.pointwise && s.isCpu()) {
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
