package org.keras4j.backend.pytorch.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.spi.Site;

/**
 * Convolution and its two gradients. A permuted view of a channels-last array is what libtorch calls a
 * channels-last tensor, so nothing is copied; one spatial axis is run as two.
 */
final class ConvText {
  private final Script s;

  ConvText(Script s) {
    this.s = s;
  }

  /** How the attributes look to libtorch: symmetric padding, or none after padding by hand. */
  private static final class Geometry {
    final int n;
    final boolean explicit;
    // oneDNN as libtorch 2.10 carries it computes wrong numbers with AVX-512 where channels that
    // each have a kernel
    // of their own give several filters and memory is channels-last: for these, memory is made
    // channels-first
    final boolean channelsFirst;
    // windows of one element, nothing padded, all channels together
    final boolean pointwise;
    final String arguments;

    Geometry(ConvAttributes c, TensorSpec kernel) {
      this(c, kernel, kernel.dim(-2) == 1 && c.groups() > 1 && kernel.dim(-1) > c.groups());
    }

    /** Of gradients, which are wrong with any number of filters, and with a single channel too. */
    static Geometry ofGradient(ConvAttributes c, TensorSpec kernel) {
      return new Geometry(c, kernel, kernel.dim(-2) == 1);
    }

    private Geometry(ConvAttributes c, TensorSpec kernel, boolean channelsFirst) {
      n = c.spatialRank();
      boolean one = c.groups() == 1;
      for (int i = 0; i < n; i++) {
        one &= kernel.dim(i) == 1 && c.low().get(i) == 0 && c.high().get(i) == 0;
      }
      pointwise = one;
      this.channelsFirst = channelsFirst;
      explicit = !c.low().equals(c.high());
      String padding = explicit ? Script.list(new long[Math.max(2, n)]) : list(c.low(), 0);
      String none = Script.list(new long[Math.max(2, n)]);
      arguments = list(c.stride(), 1) + ", " + padding + ", " + list(c.dilation(), 1) + ", False, "
          + none + ", " + c.groups();
    }

    private static String list(LongList l, long neutral) {
      return l.size() > 1 ? Script.list(l.toArray()) : Script.list(neutral, l.get(0));
    }
  }

  Term conv(ConvAttributes c, Site<Term> site) {
    TensorSpec out = site.out(0);
    if (isEmpty(out.shape())
        || isEmpty(site.in(0).shape())
        || isEmpty(site.in(1).shape())) {
      return zeros(out);
    }
    Geometry g = new Geometry(c, site.in(1));
    String k = kernel(operand(site.input(1)), c.spatialRank());
    return conv(c, g, operand(site.input(0)), k, "None", out);
  }

  private Term conv(ConvAttributes c, Geometry g, String x, String k, String bias, TensorSpec out) {
    if (g.pointwise && s.isCpu()) {
      return pointwise(c, x, k, bias, out);
    }
    String r = s.let("torch.convolution(" + image(padded(x, c, g), g) + ", " + ordered(k, g) + ", "
        + bias + ", " + g.arguments + ")");
    return Term.of(result(unimage(r, g.n), r, out.dtype()), out);
  }

  // with windows of one element a convolution is a matrix product; oneDNN as libtorch 2.10 carries
  // it divides by zero in
  // planning its own kernel for these with 512 filters and more, on some processors with AVX-512
  private Term pointwise(ConvAttributes c, String x, String k, String bias, TensorSpec out) {
    String seen = PointwiseGradients.seen(c, x);
    String matrix = "torch.reshape(" + k + ", [" + s.size(out.dim(-1)) + ", -1])";
    String r = s.let("torch.linear(" + seen + ", " + matrix + ", " + bias + ")");
    return Term.of(result(r, r, out.dtype()), out);
  }

  /** A convolution with its bias, and the normalization after it made a part of kernel and bias. */
  void forward(ConvFusions.Forward f, Map<Value, Term> terms, Map<Value, Term> written) {
    Node last = f.last();
    TensorSpec out = last.outputs().get(0).spec();
    Term x = terms.get(f.conv().inputs().get(0));
    Term k = terms.get(f.conv().inputs().get(1));
    String[] filters;
    if (f.norm() != null) {
      String bias = f.base() == null ? null : terms.get(f.base()).name();
      Attributes a = ((Composite) f.norm().primitive()).attributes();
      List<String> vectors = new ArrayList<>();
      f.norm().inputs().stream().skip(1).forEach(v -> vectors.add(terms.get(v).name()));
      String gamma = a.get(Composites.SCALE) ? vectors.get(2) : null;
      String beta = a.get(Composites.CENTER) ? vectors.get(vectors.size() - 1) : null;
      filters = s.folded(
          k.name(), bias, vectors.get(0), vectors.get(1), gamma, beta, a.get(Composites.EPSILON));
    } else {
      String bias = s.full(terms.get(f.bias()));
      filters = new String[] {
        kernel(operand(k), f.attributes().spatialRank()),
        "torch.reshape(" + bias + ", [" + s.size(out.dim(-1)) + "])"
      };
    }
    written.put(
        last.outputs().get(0),
        conv(
            f.attributes(),
            new Geometry(f.attributes(), k.spec()),
            operand(x),
            filters[0],
            filters[1],
            out));
  }

  /** All gradients that a cotangent gives, for which the kernel reads it once. */
  void backward(ConvFusions.Backward b, Map<Value, Term> terms, Map<Value, Term> written) {
    Value x = b.kernel().inputs().get(0);
    Value ct = b.kernel().inputs().get(1);
    TensorSpec k = b.kernel().outputs().get(0).spec();
    Geometry g = Geometry.ofGradient(b.attributes(), k);
    DType in = gradientType(k, b.attributes());
    if (g.pointwise && s.isCpu()) {
      new PointwiseGradients(s, b.attributes()).all(b, k, in, this, terms, written);
      return;
    }
    String filters = b.input() != null
        ? operand(terms.get(b.input().inputs().get(1)), in)
        : "torch.empty(" + s.sizes(k.shape()) + ", " + s.options(in) + ")";
    String[] r = {s.fresh(), s.fresh(), s.fresh()};
    s.line(String.join(", ", r) + " = torch.convolution_backward("
        + image(operand(terms.get(ct), in), g) + ", "
        + image(operand(terms.get(x), in), g) + ", " + ordered(kernel(filters, g.n), g) + ", "
        + (b.bias() == null ? "None" : "[" + s.size(k.dim(-1)) + "]") + ", " + g.arguments + ", ["
        + (b.input() == null ? "False" : "True") + ", True, "
        + (b.bias() == null ? "False" : "True") + "])");
    for (String n : r) {
      s.memory().made(n);
    }
    if (b.input() != null) {
      Value dx = b.input().outputs().get(0);
      written.put(dx, Term.of(result(unimage(r[0], g.n), r[0], in, k.dtype()), dx.spec()));
    }
    written.put(
        b.kernel().outputs().get(0), Term.of(result(unkernel(r[1], g.n), r[1], in, k.dtype()), k));
    if (b.bias() != null) {
      Value db = b.bias().outputs().get(0);
      written.put(db, Term.of(result(r[2], r[2], in, k.dtype()), db.spec()));
    }
  }

  Term inputGrad(ConvAttributes c, Site<Term> site) {
    TensorSpec out = site.out(0);
    if (isEmpty(out.shape())
        || isEmpty(site.in(0).shape())
        || isEmpty(site.in(1).shape())) {
      return zeros(out);
    }
    Geometry g = Geometry.ofGradient(c, site.in(1));
    DType in = gradientType(site.in(1), c);
    Term cotangent = site.input(0);
    if (g.pointwise && s.isCpu()) {
      String matrix = operand(site.input(1), in);
      List<String> sizes = new ArrayList<>();
      for (int i = 0; i < out.rank(); i++) {
        sizes.add(out.dim(i) < 0 ? s.size(cotangent, i) : s.size(out.dim(i)));
      }
      String r = new PointwiseGradients(s, c).input(operand(cotangent, in), matrix, sizes, in);
      return Term.of(result(r, r, in, out.dtype()), out);
    }
    StringBuilder dims = new StringBuilder("[");
    for (int i = 0; i < out.rank(); i++) {
      String n = out.dim(i) < 0 ? s.size(cotangent, i) : s.size(out.dim(i));
      boolean spatial = i > 0 && i <= g.n;
      dims.append(i == 0 ? "" : ", ").append(n);
      if (g.explicit && spatial) {
        dims.append(" + ").append(c.low().get(i - 1) + c.high().get(i - 1));
      }
    }
    dims.append(']');
    String like = image("torch.empty(" + dims + ", " + s.options(in) + ")", g);
    String r =
        s.let("torch.convolution_backward(" + image(operand(cotangent, in), g) + ", " + like + ", "
            + ordered(kernel(operand(site.input(1), in), g.n), g) + ", None, " + g.arguments
            + ", [True, False, False])[0]");
    String y = unimage(r, g.n);
    if (g.explicit) {
      for (int i = 0; i < g.n; i++) {
        long low = c.low().get(i);
        long high = c.high().get(i);
        if (low != 0 || high != 0) {
          y = "torch.slice(" + y + ", " + (i + 1) + ", " + low + ", "
              + (high == 0 ? "9223372036854775807" : "-" + high) + ", 1)";
        }
      }
    }
    return Term.of(result(y, r, in, out.dtype()), out);
  }

  Term kernelGrad(ConvAttributes c, Site<Term> site) {
    TensorSpec out = site.out(0);
    if (isEmpty(out.shape())
        || isEmpty(site.in(0).shape())
        || isEmpty(site.in(1).shape())) {
      return zeros(out);
    }
    Geometry g = Geometry.ofGradient(c, out);
    DType in = gradientType(out, c);
    if (g.pointwise && s.isCpu()) {
      String r = new PointwiseGradients(s, c)
          .kernel(operand(site.input(0), in), operand(site.input(1), in), out.shape());
      return Term.of(result(r, r, in, out.dtype()), out);
    }
    String like =
        ordered(kernel("torch.empty(" + s.sizes(out.shape()) + ", " + s.options(in) + ")", g.n), g);
    String x = image(padded(operand(site.input(0), in), c, g), g);
    String r = s.let("torch.convolution_backward(" + image(operand(site.input(1), in), g) + ", " + x
        + ", " + like + ", None, " + g.arguments + ", [False, True, False])[1]");
    return Term.of(result(unkernel(r, g.n), r, in, out.dtype()), out);
  }

  private static String unkernel(String n, int spatial) {
    return switch (spatial) {
      case 1 -> "torch.squeeze(torch.permute(" + n + ", [2, 3, 1, 0]), 0)";
      case 2 -> "torch.permute(" + n + ", [2, 3, 1, 0])";
      default -> "torch.permute(" + n + ", [2, 3, 4, 1, 0])";
    };
  }

  /** libtorch convolves floats and complex numbers only. */
  private static DType computed(DType t) {
    return t.isInteger() ? DType.FLOAT64 : t;
  }

  // oneDNN as libtorch 2.10 carries it computes wrong gradients with AVX-512: of bfloat16, and of
  // float32 where an
  // image has one channel
  private DType gradientType(TensorSpec kernel, ConvAttributes c) {
    DType t = computed(kernel.dtype());
    if (!s.isCpu()) {
      return t;
    }
    boolean oneChannel = kernel.dim(-2) == 1 && c.groups() == 1;
    return t == DType.BFLOAT16
        ? DType.FLOAT32
        : t == DType.FLOAT32 && oneChannel ? DType.FLOAT64 : t;
  }

  private String operand(Term x) {
    return operand(x, computed(x.spec().dtype()));
  }

  String operand(Term x, DType in) {
    String n = s.full(x);
    DType t = x.spec().dtype();
    return t == in ? n : new ConvertText(s).convert(n, t, in);
  }

  private String result(String expression, String base, DType t) {
    return result(expression, base, computed(t), t);
  }

  String result(String expression, String base, DType in, DType t) {
    if (t.isInteger()) {
      return new ConvertText(s).convert(s.let("torch.round(" + expression + ")"), in, t);
    }
    return in == t
        ? s.view(expression, base)
        : new ConvertText(s).convert(s.view(expression, base), in, t);
  }

  private Term zeros(TensorSpec out) {
    return Term.of(
        s.let("torch.zeros(" + s.sizes(out.shape()) + ", " + s.options(out.dtype()) + ")"), out);
  }

  private static boolean isEmpty(Shape shape) {
    for (int i = 0; i < shape.rank(); i++) {
      if (shape.dim(i) == 0) {
        return true;
      }
    }
    return false;
  }

  private String padded(String n, ConvAttributes c, Geometry g) {
    if (!g.explicit) {
      return n;
    }
    long[] pads = new long[2 * (g.n + 1)];
    for (int i = 0; i < g.n; i++) {
      pads[2 * (g.n - i)] = c.low().get(i);
      pads[2 * (g.n - i) + 1] = c.high().get(i);
    }
    return s.let("torch.constant_pad_nd(" + n + ", " + Script.list(pads) + ", 0)");
  }

  private String image(String n, Geometry g) {
    String image = switch (g.n) {
      case 1 -> "torch.permute(torch.unsqueeze(" + n + ", 1), [0, 3, 1, 2])";
      case 2 -> "torch.permute(" + n + ", [0, 3, 1, 2])";
      default -> "torch.permute(" + n + ", [0, 4, 1, 2, 3])";
    };
    return ordered(image, g);
  }

  // what has one channel counts as contiguous in either order: a copy has that of its sizes
  private static String ordered(String n, Geometry g) {
    return g.channelsFirst ? "torch.clone(" + n + ", memory_format=0)" : n;
  }

  private static String unimage(String n, int spatial) {
    return switch (spatial) {
      case 1 -> "torch.squeeze(torch.permute(" + n + ", [0, 2, 3, 1]), 1)";
      case 2 -> "torch.permute(" + n + ", [0, 2, 3, 1])";
      default -> "torch.permute(" + n + ", [0, 2, 3, 4, 1])";
    };
  }

  private String kernel(String n, int spatial) {
    return switch (spatial) {
      case 1 -> "torch.permute(torch.unsqueeze(" + n + ", 0), [3, 2, 0, 1])";
      case 2 -> s.filters(n);
      default -> "torch.permute(" + n + ", [4, 3, 0, 1, 2])";
    };
  }

  /** The gradients of convolutions whose windows have one element: matrix products. */
  private static final class PointwiseGradients {
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
}
