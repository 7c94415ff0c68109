package org.keras4j.backend.pytorch.script;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
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
    final String arguments;

    Geometry(ConvAttributes c) {
      n = c.spatialRank();
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
    Geometry g = new Geometry(c);
    String x = image(padded(operand(site.input(0)), c, g), g.n);
    String k = kernel(operand(site.input(1)), g.n);
    String r = s.let("torch.convolution(" + x + ", " + k + ", None, " + g.arguments + ")");
    return Term.of(result(unimage(r, g.n), r, out.dtype()), out);
  }

  Term inputGrad(ConvAttributes c, Site<Term> site) {
    TensorSpec out = site.out(0);
    if (isEmpty(out.shape())
        || isEmpty(site.in(0).shape())
        || isEmpty(site.in(1).shape())) {
      return zeros(out);
    }
    Geometry g = new Geometry(c);
    Term cotangent = site.input(0);
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
    String like = image("torch.empty(" + dims + ", " + s.options(computed(out.dtype())) + ")", g.n);
    String r =
        s.let("torch.convolution_backward(" + image(operand(cotangent), g.n) + ", " + like + ", "
            + kernel(operand(site.input(1)), g.n) + ", None, " + g.arguments
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
    return Term.of(result(y, r, out.dtype()), out);
  }

  Term kernelGrad(ConvAttributes c, Site<Term> site) {
    TensorSpec out = site.out(0);
    if (isEmpty(out.shape())
        || isEmpty(site.in(0).shape())
        || isEmpty(site.in(1).shape())) {
      return zeros(out);
    }
    Geometry g = new Geometry(c);
    String like = kernel(
        "torch.empty(" + s.sizes(out.shape()) + ", " + s.options(computed(out.dtype())) + ")", g.n);
    String x = image(padded(operand(site.input(0)), c, g), g.n);
    String r = s.let("torch.convolution_backward(" + image(operand(site.input(1)), g.n) + ", " + x
        + ", " + like + ", None, " + g.arguments + ", [False, True, False])[1]");
    String y = switch (g.n) {
      case 1 -> "torch.squeeze(torch.permute(" + r + ", [2, 3, 1, 0]), 0)";
      case 2 -> "torch.permute(" + r + ", [2, 3, 1, 0])";
      default -> "torch.permute(" + r + ", [2, 3, 4, 1, 0])";
    };
    return Term.of(result(y, r, out.dtype()), out);
  }

  /** libtorch convolves floats and complex numbers only. */
  private static DType computed(DType t) {
    return t.isInteger() ? DType.FLOAT64 : t;
  }

  private String operand(Term x) {
    String n = s.full(x);
    DType t = x.spec().dtype();
    return t.isInteger() ? new ConvertText(s).convert(n, t, DType.FLOAT64) : n;
  }

  private String result(String expression, String base, DType t) {
    if (t.isInteger()) {
      return new ConvertText(s).convert(s.let("torch.round(" + expression + ")"), DType.FLOAT64, t);
    }
    return s.view(expression, base);
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

  private static String image(String n, int spatial) {
    return switch (spatial) {
      case 1 -> "torch.permute(torch.unsqueeze(" + n + ", 1), [0, 3, 1, 2])";
      case 2 -> "torch.permute(" + n + ", [0, 3, 1, 2])";
      default -> "torch.permute(" + n + ", [0, 4, 1, 2, 3])";
    };
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
}
