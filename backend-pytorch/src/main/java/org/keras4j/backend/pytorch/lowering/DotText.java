package org.keras4j.backend.pytorch.lowering;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.spi.Site;

/** Contractions, as products of matrices. */
final class DotText {
  private final Script s;

  DotText(Script s) {
    this.s = s;
  }

  Term lower(DotGeneral p, Site<Term> site) {
    Term x = site.input(0);
    Term y = site.input(1);
    TensorSpec out = site.out(0);
    DType t = out.dtype();
    // pairs in the order of the first's axes, so that merging them needs no copy of it
    List<Integer> pairs = new ArrayList<>();
    for (int i = 0; i < p.lhsContract().size(); i++) {
      pairs.add(i);
    }
    pairs.sort(Comparator.comparingInt(i -> p.lhsContract().get(i)));
    List<Integer> xc = new ArrayList<>();
    List<Integer> yc = new ArrayList<>();
    pairs.forEach(i -> xc.add(p.lhsContract().get(i)));
    pairs.forEach(i -> yc.add(p.rhsContract().get(i)));
    List<Integer> xb = list(p.lhsBatch());
    List<Integer> yb = list(p.rhsBatch());
    List<Integer> xf = free(x.spec().rank(), xb, xc);
    List<Integer> yf = free(y.spec().rank(), yb, yc);

    boolean bytes = ofBytes(x, y, t, xb);
    String a = operand(x, bytes ? DType.INT8 : t, xb, xf, xc);
    String b = operand(y, bytes ? DType.INT8 : t, yb, yc, yf);
    String product = bytes ? "_int_mm(" : xb.isEmpty() ? "mm(" : "bmm(";
    String r = s.let("torch." + product + a + ", " + b + ")");
    boolean plain = xb.size() <= 1 && xf.size() == 1 && yf.size() == 1;
    if (!plain) {
      List<String> dims = new ArrayList<>();
      xb.forEach(i -> dims.add(s.size(x, i)));
      xf.forEach(i -> dims.add(s.size(x, i)));
      yf.forEach(i -> dims.add(s.size(y, i)));
      r = s.view("torch.view(" + r + ", [" + String.join(", ", dims) + "])", r);
    }
    return Term.of(r, out);
  }

  /** Whether a product of integers of eight bits can be summed in 32 bits without converting them first, which the CPU's kernel does. */
  private boolean ofBytes(Term x, Term y, DType t, List<Integer> batch) {
    return t == DType.INT32
        && x.spec().dtype() == DType.INT8
        && y.spec().dtype() == DType.INT8
        && batch.isEmpty()
        && s.isCpu()
        && !s.isDifferentiated();
  }

  /** The tensor with its axes in three groups, each merged into one. */
  private String operand(
      Term x, DType t, List<Integer> batch, List<Integer> rows, List<Integer> columns) {
    String full = s.full(x);
    String n =
        x.spec().dtype() == t ? full : new ConvertText(s).convert(full, x.spec().dtype(), t);
    String e = n;
    List<Integer> order = new ArrayList<>(batch);
    order.addAll(rows);
    order.addAll(columns);
    boolean sorted = true;
    for (int i = 0; i < order.size(); i++) {
      sorted &= order.get(i) == i;
    }
    if (!sorted) {
      e = "torch.permute(" + e + ", "
          + Script.list(order.stream().mapToInt(Integer::intValue).toArray()) + ")";
    }
    boolean merged = batch.size() > 1 || rows.size() != 1 || columns.size() != 1;
    if (merged) {
      List<String> dims = new ArrayList<>();
      if (!batch.isEmpty()) {
        dims.add(product(x, batch));
      }
      dims.add(product(x, rows));
      dims.add(product(x, columns));
      e = "torch.reshape(" + e + ", [" + String.join(", ", dims) + "])";
    }
    return e; // read once, so it needs no name
  }

  private String product(Term x, List<Integer> axes) {
    long n = 1;
    for (int a : axes) {
      long d = x.spec().dim(a);
      n = d < 0 || n < 0 ? -1 : n * d;
    }
    if (n >= 0) {
      return n == 1 ? "1" : s.size(n);
    }
    StringBuilder b = new StringBuilder();
    for (int a : axes) {
      b.append(b.length() == 0 ? "" : " * ").append(s.size(x, a));
    }
    return b.toString();
  }

  private static List<Integer> list(IntList l) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < l.size(); i++) {
      out.add(l.get(i));
    }
    return out;
  }

  private static List<Integer> free(int rank, List<Integer> batch, List<Integer> contracted) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      if (!batch.contains(i) && !contracted.contains(i)) {
        out.add(i);
      }
    }
    return out;
  }
}
