package org.keras4j.backend.pytorch.lowering;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;

/** What {@link ConvFusions} found. */
final class FusedConvText {
  private final Script s;
  private final ConvText conv;
  private final ConvOperands operands;

  FusedConvText(Script s) {
    this.s = s;
    this.conv = new ConvText(s);
    this.operands = new ConvOperands(s);
  }

  /** A convolution with its bias, and the normalization after it made a part of kernel and bias. */
  void forward(ConvFusions.Forward f, Map<Value, Term> terms, Map<Value, Term> written) {
    Value last = f.last().outputs().get(0);
    Term x = GraphWriter.term(terms, f.conv().inputs().get(0));
    Term k = GraphWriter.term(terms, f.conv().inputs().get(1));
    ConvGeometry g = ConvGeometry.of(s, f.attributes(), k.spec());
    String kernel;
    String bias;
    if (f.norm() != null) {
      String[] both = folded(f, f.norm(), k, terms);
      kernel = both[0];
      bias = both[1];
    } else {
      String vector = s.full(GraphWriter.term(terms, Objects.requireNonNull(f.bias())));
      kernel = g.kernel(s, operands.operand(k));
      bias = "torch.reshape(" + vector + ", [" + s.size(last.spec().dim(-1)) + "])";
    }
    written.put(last, conv.conv(g, operands.operand(x), kernel, bias, last.spec()));
  }

  private String[] folded(ConvFusions.Forward f, Node norm, Term k, Map<Value, Term> terms) {
    String bias = f.base() == null ? null : GraphWriter.term(terms, f.base()).name();
    Attributes a = ((Composite) norm.primitive()).attributes();
    List<String> vectors = new ArrayList<>();
    for (Value v : norm.inputs().subList(1, norm.inputs().size())) {
      vectors.add(GraphWriter.term(terms, v).name());
    }
    String gamma = a.get(Composites.SCALE) ? vectors.get(2) : null;
    String beta = a.get(Composites.CENTER) ? vectors.get(vectors.size() - 1) : null;
    return s.folded(
        k.name(), bias, vectors.get(0), vectors.get(1), gamma, beta, a.get(Composites.EPSILON));
  }

  /** All gradients that a cotangent gives, for which the kernel reads it once. */
  void backward(ConvFusions.Backward b, Map<Value, Term> terms, Map<Value, Term> written) {
    TensorSpec k = b.kernel().outputs().get(0).spec();
    ConvGeometry g = ConvGeometry.ofGradient(s, b.attributes(), k);
    DType in = operands.gradientType(k, b.attributes());
    Term image = GraphWriter.term(terms, b.kernel().inputs().get(0));
    String ct = operands.operand(GraphWriter.term(terms, b.kernel().inputs().get(1)), in);
    String x = operands.operand(image, in);
    if (g.isProduct(s)) {
      pointwise(b, image, x, ct, in, terms, written);
      return;
    }
    String filters = b.input() != null
        ? operands.operand(GraphWriter.term(terms, b.input().inputs().get(1)), in)
        : "torch.empty(" + s.sizes(k.shape()) + ", " + s.options(in) + ")";
    String[] r = {s.fresh(), s.fresh(), s.fresh()};
    s.line(String.join(", ", r) + " = torch.convolution_backward(" + g.image(ct) + ", " + g.image(x)
        + ", " + g.ordered(g.kernel(s, filters)) + ", "
        + (b.bias() == null ? "None" : "[" + s.size(k.dim(-1)) + "]") + ", " + g.arguments + ", ["
        + (b.input() == null ? "False" : "True") + ", True, "
        + (b.bias() == null ? "False" : "True") + "])");
    for (String n : r) {
      s.memory().made(n);
    }
    if (b.input() != null) {
      put(written, b.input(), g.unimage(r[0]), r[0], in);
    }
    put(written, b.kernel(), g.unkernel(r[1]), r[1], in);
    if (b.bias() != null) {
      put(written, b.bias(), r[2], r[2], in);
    }
  }

  private void pointwise(
      ConvFusions.Backward b,
      Term image,
      String x,
      String ct,
      DType in,
      Map<Value, Term> terms,
      Map<Value, Term> written) {
    PointwiseConv products = new PointwiseConv(s, b.attributes());
    TensorSpec k = b.kernel().outputs().get(0).spec();
    if (b.input() != null) {
      List<String> sizes = new ArrayList<>();
      for (int i = 0; i < image.spec().rank(); i++) {
        sizes.add(s.size(image, i));
      }
      String kernel =
          operands.operand(GraphWriter.term(terms, b.input().inputs().get(1)), in);
      String r = products.inputGrad(ct, kernel, sizes, in);
      put(written, b.input(), r, r, in);
    }
    String r = products.kernelGrad(x, ct, k.shape());
    put(written, b.kernel(), r, r, in);
    if (b.bias() != null) {
      String sum = products.biasGrad(ct, k.dim(-1));
      put(written, b.bias(), sum, sum, in);
    }
  }

  private void put(Map<Value, Term> written, Node n, String expression, String base, DType in) {
    Value v = n.outputs().get(0);
    written.put(v, Term.of(operands.result(expression, base, in, v.spec().dtype()), v.spec()));
  }
}
