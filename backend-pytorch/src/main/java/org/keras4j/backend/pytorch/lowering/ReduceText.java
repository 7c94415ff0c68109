package org.keras4j.backend.pytorch.lowering;

import java.util.Arrays;
import org.keras4j.backend.pytorch.script.Literals;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.ArgReduce;
import org.keras4j.core.primitive.Cumulative;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.Sort;
import org.keras4j.core.spi.Site;

/** Folds along axes, whole or running, and sorting. */
final class ReduceText {
  private final Script s;

  ReduceText(Script s) {
    this.s = s;
  }

  Term reduce(ReduceKind kind, int[] axes, Term x, TensorSpec out) {
    if (axes.length == 0) {
      return x;
    }
    return Term.of(fold(kind, s.full(x), x.spec(), axes, out), out);
  }

  private String fold(ReduceKind kind, String n, TensorSpec in, int[] axes, TensorSpec out) {
    for (int a : axes) {
      if (in.dim(a) == 0 && out.shape().isKnown()) {
        String identity = switch (kind) {
          case SUM, OR -> "0";
          case PROD -> "1";
          case MAX -> Literals.lowest(in.dtype());
          case MIN -> Literals.highest(in.dtype());
          case AND -> in.dtype().isBool() ? "1" : "-1";
        };
        if (in.dtype() == DType.UINT8 && kind == ReduceKind.AND) {
          identity = "255";
        }
        return s.let("torch.full(" + s.sizes(out.shape()) + ", " + identity + ", "
            + s.options(in.dtype()) + ")");
      }
    }
    return fold(kind, n, in.dtype(), axes);
  }

  /** Folds the axes of a variable away. */
  String fold(ReduceKind kind, String n, DType t, int[] axes) {
    String dims = Script.list(axes);
    switch (kind) {
      case SUM:
        return s.let("torch.sum(" + n + ", " + dims + ", False, dtype=" + s.code(t) + ")");
      case PROD:
        int[] order = axes.clone();
        Arrays.sort(order);
        String p = n;
        for (int i = order.length - 1; i >= 0; i--) {
          p = s.let("torch.prod(" + p + ", " + order[i] + ", False, dtype=" + s.code(t) + ")");
        }
        return p;
      case MAX, MIN:
        String f = kind == ReduceKind.MAX ? "amax" : "amin";
        if (t.isBool()) {
          return s.let("torch." + (kind == ReduceKind.MAX ? "any" : "all") + "(" + n + ", dim="
              + dims + ")");
        }
        if (Literals.isWideUnsigned(t)) {
          String m = Literals.signBit(t);
          return s.let("torch.bitwise_xor(torch." + f + "(torch.bitwise_xor(" + n + ", " + m + "), "
              + dims + "), " + m + ")");
        }
        return s.let("torch." + f + "(" + n + ", " + dims + ")");
      default:
        if (t.isBool()) {
          return s.let(
              "torch." + (kind == ReduceKind.OR ? "any" : "all") + "(" + n + ", dim=" + dims + ")");
        }
        return bitwise(kind == ReduceKind.OR ? "bitwise_or" : "bitwise_and", n, axes);
    }
  }

  /** Halves each axis until one is left. */
  private String bitwise(String function, String n, int[] axes) {
    int[] order = axes.clone();
    Arrays.sort(order);
    String y = n;
    for (int i = order.length - 1; i >= 0; i--) {
      int a = order[i];
      String z = s.let("torch.clone(" + y + ")");
      String size = s.number("torch.size(" + z + ", " + a + ")");
      s.open("while " + size + " > 1:");
      s.line("h = " + size + " // 2");
      s.line("r = torch." + function + "(torch.narrow(" + z + ", " + a + ", 0, h), torch.narrow("
          + z + ", " + a + ", h, h))");
      s.open("if " + size + " % 2 == 1:");
      s.line(
          "r = torch.cat([r, torch.narrow(" + z + ", " + a + ", " + size + " - 1, 1)], " + a + ")");
      s.close();
      s.line(z + " = r");
      s.line(size + " = torch.size(" + z + ", " + a + ")");
      s.close();
      y = s.view("torch.select(" + z + ", " + a + ", 0)", z);
    }
    return y;
  }

  Term argReduce(ArgReduce p, Term x, TensorSpec out) {
    DType t = x.spec().dtype();
    String n = s.full(x);
    if (t.isBool()) {
      n = n + ".to(0)";
    } else if (Literals.isWideUnsigned(t)) {
      n = "torch.bitwise_xor(" + n + ", " + Literals.signBit(t) + ")";
    }
    String f = p.max() ? "argmax" : "argmin";
    return Term.of(s.let("torch." + f + "(" + n + ", " + p.axis() + ").to(3)"), out);
  }

  Term cumulative(Cumulative p, Term x, TensorSpec out) {
    DType t = x.spec().dtype();
    String n = s.full(x);
    String axis = Script.list(p.axis());
    if (x.spec().rank() > 0 && x.spec().dim(p.axis()) == 0) {
      return x;
    }
    if (p.reverse()) {
      n = "torch.flip(" + n + ", " + axis + ")";
    }
    String r;
    if (p.kind() == CumulativeKind.SUM || p.kind() == CumulativeKind.PROD) {
      String f = p.kind() == CumulativeKind.SUM ? "cumsum" : "cumprod";
      r = s.let("torch." + f + "(" + n + ", " + p.axis() + ", dtype=" + s.code(t) + ")");
    } else {
      String f = p.kind() == CumulativeKind.MAX ? "cummax" : "cummin";
      boolean flip = Literals.isWideUnsigned(t);
      String m = Literals.signBit(t);
      r = s.let("torch." + f + "(" + (flip ? "torch.bitwise_xor(" + n + ", " + m + ")" : n) + ", "
          + p.axis() + ")[0]");
      if (flip) {
        r = s.let("torch.bitwise_xor(" + r + ", " + m + ")");
      }
    }
    if (p.reverse()) {
      r = s.let("torch.flip(" + r + ", " + axis + ")");
    }
    return Term.of(r, out);
  }

  /** The values in order, and from where each came. */
  private String[] order(String n, DType t, int axis, boolean descending, boolean nanLast) {
    String values = s.fresh();
    String indices = s.fresh();
    String key = n;
    if (Literals.isWideUnsigned(t)) {
      key = "torch.bitwise_xor(" + n + ", " + Literals.signBit(t) + ")";
    }
    boolean negate = descending && nanLast && t.isFloat(); // libtorch puts NaN first then
    if (negate) {
      key = "torch.neg(" + n + ")";
    }
    s.line(values + ", " + indices + " = torch.sort(" + key + ", stable=True, dim=" + axis
        + ", descending=" + (descending && !negate ? "True" : "False") + ")");
    s.memory().made(values);
    s.memory().made(indices);
    if (negate) {
      values = s.let("torch.neg(" + values + ")");
    } else if (Literals.isWideUnsigned(t)) {
      values = s.let("torch.bitwise_xor(" + values + ", " + Literals.signBit(t) + ")");
    }
    return new String[] {values, indices};
  }

  java.util.List<Term> sort(Sort p, Site<Term> site) {
    Term keys = site.input(0);
    String[] sorted = order(s.full(keys), keys.spec().dtype(), p.axis(), p.descending(), true);
    java.util.List<Term> out = new java.util.ArrayList<>();
    out.add(Term.of(sorted[0], site.out(0)));
    for (int i = 1; i < site.inputs().size(); i++) {
      out.add(Term.of(
          s.let("torch.gather(" + s.full(site.input(i)) + ", " + p.axis() + ", " + sorted[1] + ")"),
          site.out(i)));
    }
    return out;
  }

  java.util.List<Term> topK(int k, Site<Term> site) {
    Term x = site.input(0);
    int axis = x.spec().rank() - 1;
    String[] sorted = order(s.full(x), x.spec().dtype(), axis, true, false);
    String n = s.size(k);
    return java.util.List.of(
        Term.of(
            s.let("torch.clone(torch.narrow(" + sorted[0] + ", " + axis + ", 0, " + n + "))"),
            site.out(0)),
        Term.of(
            s.let("torch.narrow(" + sorted[1] + ", " + axis + ", 0, " + n + ").to(3)"),
            site.out(1)));
  }
}
