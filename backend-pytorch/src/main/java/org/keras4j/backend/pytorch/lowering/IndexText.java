package org.keras4j.backend.pytorch.lowering;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.backend.pytorch.script.Literals;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.core.primitive.Take;
import org.keras4j.core.primitive.Take.OutOfBounds;
import org.keras4j.core.spi.Site;

/** Reading and writing at computed places. No index reaches libtorch that is out of bounds. */
final class IndexText {
  private final Script s;

  IndexText(Script s) {
    this.s = s;
  }

  private String asLong(String index, DType t) {
    return t == DType.INT64 ? index : index + ".to(4)";
  }

  Term take(Take p, Site<Term> site) {
    Term x = site.input(0);
    Term indices = site.input(1);
    TensorSpec out = site.out(0);
    int axis = p.axis();
    boolean fill = p.mode() == OutOfBounds.FILL;
    if (x.spec().dim(axis) == 0) {
      // nothing can be taken: every index is out of bounds
      return Term.of(
          s.let("torch.full(" + s.sizes(out.shape()) + ", " + filler(out.dtype()) + ", "
              + s.options(out.dtype()) + ")"),
          out);
    }
    String n = s.full(x);
    String i = s.full(indices);
    String last = s.number(s.size(x, axis) + " - 1");
    String safe = s.let("torch.clamp(" + i + ", 0, " + last + ")");
    String r;
    int rank = indices.spec().rank();
    if (axis == 0 && x.spec().rank() == 2) {
      r = s.let("torch.embedding(" + n + ", " + safe + ")");
    } else if (rank == 1) {
      r = s.let("torch.index_select(" + n + ", " + axis + ", " + safe + ")");
    } else if (rank == 0) {
      r = s.let("torch.select(torch.index_select(" + n + ", " + axis + ", torch.view(" + safe
          + ", [1])), " + axis + ", 0)");
    } else {
      String flat =
          s.let("torch.index_select(" + n + ", " + axis + ", torch.flatten(" + safe + "))");
      r = s.view("torch.reshape(" + flat + ", " + outSizes(x, indices, axis) + ")", flat);
    }
    if (fill) {
      String bad = s.let("torch.ne(" + i + ", " + safe + ")");
      for (int k = axis + 1; k < x.spec().rank(); k++) {
        bad = s.view("torch.unsqueeze(" + bad + ", -1)", bad);
      }
      r = s.let("torch.masked_fill(" + r + ", " + bad + ", " + filler(out.dtype()) + ")");
    }
    return Term.of(r, out);
  }

  private String outSizes(Term x, Term indices, int axis) {
    List<String> dims = new ArrayList<>();
    for (int k = 0; k < axis; k++) {
      dims.add(s.size(x, k));
    }
    for (int k = 0; k < indices.spec().rank(); k++) {
      dims.add(s.size(indices, k));
    }
    for (int k = axis + 1; k < x.spec().rank(); k++) {
      dims.add(s.size(x, k));
    }
    return "[" + String.join(", ", dims) + "]";
  }

  private static String filler(DType t) {
    if (t.isFloat() || t.isComplex()) {
      return "float('nan')";
    }
    return t.isSigned() ? Literals.lowest(t) : Literals.highest(t);
  }

  Term gatherNd(int batchDims, Site<Term> site) {
    Term x = site.input(0);
    Term indices = site.input(1);
    TensorSpec out = site.out(0);
    int n = indices.spec().shape().intDim(-1);
    String data = s.full(x);
    String i = s.full(indices);
    int inner = indices.spec().rank() - 1; // axes of the index array before the tuples
    if (n == 0) {
      // empty tuples name whole slices: each batch's, repeated
      String e = data;
      for (int k = batchDims; k < inner; k++) {
        e = "torch.unsqueeze(" + e + ", " + batchDims + ")";
      }
      List<String> dims = new ArrayList<>();
      for (int k = 0; k < inner; k++) {
        dims.add(s.size(indices, k));
      }
      for (int k = batchDims; k < x.spec().rank(); k++) {
        dims.add(s.size(x, k));
      }
      return Term.of(
          s.repeated("torch.expand(" + e + ", [" + String.join(", ", dims) + "])", data), out);
    }
    List<String> parts = new ArrayList<>();
    for (int b = 0; b < batchDims; b++) {
      long[] aligned = new long[inner];
      java.util.Arrays.fill(aligned, 1);
      aligned[b] = -1;
      parts.add(s.let("torch.view(torch.arange(" + s.size(x, b) + ", dtype=4" + s.place() + "), "
          + Script.list(aligned) + ")"));
    }
    for (int k = 0; k < n; k++) {
      String part =
          asLong("torch.select(" + i + ", -1, " + k + ")", indices.spec().dtype());
      parts.add(s.let("torch.clamp(" + part + ", 0, " + s.size(x, batchDims + k) + " - 1)"));
    }
    String r = s.let("torch.index(" + data + ", [" + String.join(", ", parts) + "])");
    return Term.of(r, out);
  }

  Term scatterNd(ScatterKind kind, Site<Term> site) {
    Term x = site.input(0);
    Term indices = site.input(1);
    Term updates = site.input(2);
    TensorSpec out = site.out(0);
    DType t = out.dtype();
    int n = indices.spec().shape().intDim(-1);
    Shape shape = x.spec().shape();
    if (n == 0) {
      return wholesale(kind, x, updates, indices, out);
    }
    // rows of the axes that tuples name, and one more that takes what is out of bounds
    String given = s.full(indices);
    String i = s.view(asLong(given, indices.spec().dtype()), given);
    String rows = s.number(product(x, 0, n));
    String rest = s.number(product(x, n, shape.rank()));
    String linear = null;
    String valid = null;
    for (int k = 0; k < n; k++) {
      String part = s.view("torch.flatten(torch.select(" + i + ", -1, " + k + "))", i);
      String inside = s.let("torch.logical_and(torch.ge(" + part + ", 0), torch.lt(" + part + ", "
          + s.size(x, k) + "))");
      valid = valid == null ? inside : s.let("torch.logical_and(" + valid + ", " + inside + ")");
      linear = linear == null
          ? part
          : s.let("torch.add(torch.mul(" + linear + ", " + s.size(x, k) + "), " + part + ")");
    }
    String place =
        s.let("torch.masked_fill(" + linear + ", torch.logical_not(" + valid + "), " + rows + ")");
    String base = s.full(x);
    String flat = s.view("torch.reshape(" + base + ", [" + rows + ", " + rest + "])", base);
    boolean flip =
        Literals.isWideUnsigned(t) && (kind == ScatterKind.MIN || kind == ScatterKind.MAX);
    boolean asBytes = t.isBool() && kind != ScatterKind.SET;
    String values = s.full(updates);
    String u =
        s.view("torch.reshape(" + values + ", [torch.numel(" + place + "), " + rest + "])", values);
    if (flip) {
      flat = s.let("torch.bitwise_xor(" + flat + ", " + Literals.signBit(t) + ")");
      u = s.let("torch.bitwise_xor(" + u + ", " + Literals.signBit(t) + ")");
    } else if (asBytes) {
      flat = s.let(flat + ".to(0)");
      u = s.let(u + ".to(0)");
    }
    String extended = s.let("torch.constant_pad_nd(" + flat + ", [0, 0, 0, 1], 0)");
    String r = switch (kind) {
      case SET -> s.let("torch.index_copy(" + extended + ", 0, " + place + ", " + u + ")");
      case ADD -> s.let("torch.index_add(" + extended + ", 0, " + place + ", " + u + ")");
      default ->
        s.let("torch.scatter_reduce(" + extended + ", 0, torch.expand(torch.unsqueeze(" + place
            + ", 1), [torch.numel(" + place + "), " + rest + "]), " + u + ", reduce=\""
            + (kind == ScatterKind.MUL ? "prod" : kind == ScatterKind.MIN ? "amin" : "amax")
            + "\", include_self=True)");
    };
    String cut = s.view("torch.narrow(" + r + ", 0, 0, " + rows + ")", r);
    String shaped = s.view("torch.reshape(" + cut + ", " + sizesOf(x) + ")", cut);
    if (flip) {
      shaped = s.let("torch.bitwise_xor(" + shaped + ", " + Literals.signBit(t) + ")");
    } else if (asBytes) {
      shaped = s.let(shaped + ".to(11)");
    }
    return Term.of(shaped, out);
  }

  /** Empty tuples: each update meets the whole array. */
  private Term wholesale(ScatterKind kind, Term x, Term updates, Term indices, TensorSpec out) {
    String u = s.full(updates);
    int lead = indices.spec().rank() - 1;
    String base = s.full(x);
    if (lead > 0) {
      u = s.view("torch.flatten(" + u + ", 0, " + (lead - 1) + ")", u);
    } else {
      u = s.view("torch.unsqueeze(" + u + ", 0)", u);
    }
    if (kind == ScatterKind.SET) {
      String r = s.fresh();
      s.open("if torch.size(" + u + ", 0) > 0:");
      s.line(r + " = torch.clone(torch.select(" + u + ", 0, -1))");
      s.close();
      s.open("else:");
      s.line(r + " = torch.clone(" + base + ")");
      s.close();
      s.memory().made(r);
      return Term.of(r, out);
    }
    String all = s.let("torch.cat([torch.unsqueeze(" + base + ", 0), " + u + "], 0)");
    ReduceText reduce = new ReduceText(s);
    return Term.of(
        reduce.fold(
            switch (kind) {
              case ADD -> org.keras4j.core.primitive.Reduce.ReduceKind.SUM;
              case MUL -> org.keras4j.core.primitive.Reduce.ReduceKind.PROD;
              case MIN -> org.keras4j.core.primitive.Reduce.ReduceKind.MIN;
              default -> org.keras4j.core.primitive.Reduce.ReduceKind.MAX;
            },
            all,
            out.dtype(),
            new int[] {0}),
        out);
  }

  private String product(Term x, int from, int to) {
    StringBuilder b = new StringBuilder("1");
    for (int k = from; k < to; k++) {
      b.append(" * ").append(s.size(x, k));
    }
    return b.toString();
  }

  private String sizesOf(Term x) {
    List<String> dims = new ArrayList<>();
    for (int k = 0; k < x.spec().rank(); k++) {
      dims.add(s.size(x, k));
    }
    return "[" + String.join(", ", dims) + "]";
  }
}
