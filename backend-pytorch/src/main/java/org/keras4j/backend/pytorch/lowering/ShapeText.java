package org.keras4j.backend.pytorch.lowering;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.pytorch.script.Compact;
import org.keras4j.backend.pytorch.script.Literals;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Concat;
import org.keras4j.core.primitive.DynamicSlice;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Iota;
import org.keras4j.core.primitive.Pad;
import org.keras4j.core.primitive.Slice;
import org.keras4j.core.spi.Site;

/** Creation, and everything that moves elements without changing them. */
final class ShapeText {
  private final Script s;

  ShapeText(Script s) {
    this.s = s;
  }

  Term constant(NDArray value) {
    if (value.size() == 1 && Literals.text(value) != null) {
      return Term.literal(value.reshape(), value.spec());
    }
    return Term.of(s.constant(value), value.spec());
  }

  Term iota(Iota p, Site<Term> site) {
    Shape shape = p.shape();
    DType t = p.dtype();
    int used = 0;
    List<String> dims = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      dims.add(
          shape.dim(i) >= 0 ? s.size(shape.dim(i)) : "int(" + s.tensor(site.input(used++)) + ")");
    }
    boolean direct =
        t == DType.INT32 || t == DType.INT64 || t == DType.FLOAT32 || t == DType.FLOAT64;
    String made =
        "torch.arange(" + dims.get(p.axis()) + ", " + s.options(direct ? t : DType.INT64) + ")";
    // counting in int64 and converting wraps and rounds as a conversion does
    String n = s.let(direct ? made : made + ".to(" + s.code(t) + ")");
    if (shape.rank() == 1) {
      return Term.of(n, site.out(0));
    }
    long[] ones = new long[shape.rank()];
    java.util.Arrays.fill(ones, 1);
    ones[p.axis()] = -1;
    String aligned = s.view("torch.view(" + n + ", " + Script.list(ones) + ")", n);
    if (shape.isKnown()) {
      ones[p.axis()] = shape.dim(p.axis());
      return Term.of(aligned, site.out(0), Shape.of(ones));
    }
    return Term.of(
        s.repeated("torch.expand(" + aligned + ", [" + String.join(", ", dims) + "])", aligned),
        site.out(0));
  }

  Term reshape(Site<Term> site) {
    Term x = site.input(0);
    TensorSpec out = site.out(0);
    if (x.isLiteral() || (x.isFull() && out.shape().isKnown() && x.spec().equals(out))) {
      return x.as(out);
    }
    Shape to = out.shape();
    if (!x.isFull() && to.isKnown()) {
      return reshapeCompact(x, out);
    }
    int used = 1;
    List<String> dims = new ArrayList<>();
    for (int i = 0; i < to.rank(); i++) {
      if (to.dim(i) >= 0) {
        dims.add(to.dim(i) == 1 ? "1" : s.size(to.dim(i)));
      } else {
        dims.add(site.inputs().size() > 1 ? "int(" + s.tensor(site.input(used++)) + ")" : "-1");
      }
    }
    String n = s.full(x);
    return Term.of(s.view("torch.reshape(" + n + ", [" + String.join(", ", dims) + "])", n), out);
  }

  private Term reshapeCompact(Term x, TensorSpec out) {
    Shape held = Compact.reshaped(x.spec().shape(), x.held(), out.shape());
    String n = x.name();
    if (held != null) {
      boolean same = held.equals(x.held());
      return Term.of(
          same ? n : s.view("torch.reshape(" + n + ", " + s.sizes(held) + ")", n), out, held);
    }
    String full = s.full(x);
    String reshaped = "torch.reshape(" + full + ", " + s.sizes(out.shape()) + ")";
    // an axis that repeats and one that does not become one: no strides do that
    return Term.of(s.memory().repeats(n) ? s.repeated(reshaped, n) : s.copied(reshaped), out);
  }

  Term broadcastInDim(BroadcastInDim p, Site<Term> site) {
    Term x = site.input(0);
    TensorSpec out = site.out(0);
    Shape to = out.shape();
    if (x.isLiteral()) {
      if (to.isKnown()) {
        return x.as(out);
      }
      return Term.of(
          s.let("torch.full(" + runtimeSizes(p, site) + ", " + literalOrItem(x) + ", "
              + s.options(out.dtype()) + ")"),
          out);
    }
    // leading axes that what is held lacks are broadcast axes: here they are among those that come
    // new
    int rank = x.held().rank();
    int[] dims = p.dims().toArray();
    dims = Arrays.copyOfRange(dims, dims.length - rank, dims.length);
    long[] aligned = new long[to.rank()];
    Arrays.fill(aligned, 1);
    for (int i = 0; i < rank; i++) {
      aligned[dims[i]] = x.held().dim(i);
    }
    Shape held = Shape.of(aligned);
    String n = x.name();
    // axes that come new in front need no view: broadcasting puts them there
    boolean inPlace = true;
    for (int i = 0; i < rank; i++) {
      inPlace &= dims[i] == to.rank() - rank + i;
    }
    if (!inPlace) {
      n = insertAxes(n, IntList.of(dims), to.rank());
    } else if (to.isKnown()) {
      held = x.held();
    }
    if (to.isKnown()) {
      return Term.of(n, out, held);
    }
    if (held.equals(to) && rank == to.rank()) {
      return Term.of(n, out);
    }
    return Term.of(s.repeated("torch.expand(" + n + ", " + runtimeSizes(p, site) + ")", n), out);
  }

  private String insertAxes(String n, IntList kept, int toRank) {
    String e = n;
    for (int i = 0; i < toRank; i++) {
      if (!kept.contains(i)) {
        e = "torch.unsqueeze(" + e + ", " + i + ")";
      }
    }
    return e.equals(n) ? n : s.view(e, n);
  }

  private String runtimeSizes(BroadcastInDim p, Site<Term> site) {
    Shape to = site.out(0).shape();
    List<String> dims = new ArrayList<>();
    int used = 1;
    for (int i = 0; i < to.rank(); i++) {
      if (to.dim(i) >= 0) {
        dims.add(s.size(to.dim(i)));
      } else if (site.inputs().size() > 1) {
        dims.add("int(" + s.tensor(site.input(used++)) + ")");
      } else {
        dims.add(s.size(site.input(0), p.dims().indexOf(i)));
      }
    }
    return "[" + String.join(", ", dims) + "]";
  }

  Term transpose(int[] permutation, Term x, TensorSpec out) {
    if (x.isLiteral()) {
      return x.as(out);
    }
    int rank = permutation.length;
    Term y = aligned(x);
    long[] d = new long[rank];
    for (int i = 0; i < rank; i++) {
      d[i] = y.held().dim(permutation[i]);
    }
    return Term.of(
        s.view("torch.permute(" + y.name() + ", " + Script.list(permutation) + ")", y.name()),
        out,
        Shape.of(d));
  }

  /** The same value, held with as many axes as it has. */
  private Term aligned(Term x) {
    int missing = x.spec().rank() - x.held().rank();
    if (missing == 0) {
      return x;
    }
    long[] d = new long[x.spec().rank()];
    Arrays.fill(d, 0, missing, 1);
    String e = x.name();
    for (int i = 0; i < missing; i++) {
      e = "torch.unsqueeze(" + e + ", 0)";
    }
    for (int i = missing; i < d.length; i++) {
      d[i] = x.held().dim(i - missing);
    }
    return Term.of(s.view(e, x.name()), x.spec(), Shape.of(d));
  }

  Term reverse(int[] axes, Term x, TensorSpec out) {
    if (x.isLiteral() || axes.length == 0) {
      return x;
    }
    // along an axis where all are equal there is nothing to turn round
    Term y = aligned(x);
    int[] turned = Arrays.stream(axes).filter(a -> y.held().dim(a) != 1).toArray();
    return turned.length == 0
        ? x
        : Term.of(
            s.let("torch.flip(" + y.name() + ", " + Script.list(turned) + ")"), out, y.held());
  }

  Term slice(Slice p, Term x, TensorSpec out) {
    if (x.isLiteral()) {
      return x.as(out);
    }
    Term y = aligned(x);
    String base = y.name();
    String e = base;
    Shape held = y.isFull() ? out.shape() : y.held();
    for (int i = 0; i < out.rank(); i++) {
      long n = x.spec().dim(i);
      if (y.held().dim(i) != n) {
        continue; // of equal ones, some
      }
      held = y.isFull() ? held : held.with(i, out.dim(i));
      long end = n < 0 ? p.limit().get(i) : Math.min(p.limit().get(i), n);
      boolean all =
          p.start().get(i) == 0 && p.stride().get(i) == 1 && (end == n || end == Long.MAX_VALUE);
      if (!all) {
        e = "torch.slice(" + e + ", " + i + ", " + s.size(p.start().get(i)) + ", " + s.size(end)
            + ", " + p.stride().get(i) + ")";
      }
    }
    return Term.of(e.equals(base) ? base : s.view(e, base), out, held);
  }

  /** A scalar as an expression of a number. */
  String literalOrItem(Term scalar) {
    String l = scalar.isLiteral() ? Literals.number(scalar.number()) : null;
    return l != null ? l : "torch.item(" + s.tensor(scalar) + ")";
  }

  Term pad(Pad p, Site<Term> site) {
    Term x = site.input(0);
    TensorSpec out = site.out(0);
    int rank = out.rank();
    if (isNothing(p)) {
      return x.as(out);
    }
    String value = null;
    String n = s.full(x);
    long[] crop = new long[rank]; // what is left of the last gap, to be cropped
    for (int i = 0; i < rank; i++) {
      long gap = p.interior().get(i);
      if (gap > 0) {
        value = value == null ? scalar(site.input(1)) : value;
        // each element gets an axis of its own, is followed there by the gap, and the axis merges
        // again
        String spread = "torch.constant_pad_nd(torch.unsqueeze(" + n + ", " + (i + 1) + "), "
            + padsOfAxis(rank - i - 1, gap) + ", " + value + ")";
        n = s.let("torch.flatten(" + spread + ", " + i + ", " + (i + 1) + ")");
        crop[i] = gap;
      }
    }
    long[] pads = new long[2 * rank];
    boolean any = false;
    boolean fills = false;
    for (int i = 0; i < rank; i++) {
      boolean empty = x.spec().dim(i) == 0;
      long low = p.low().get(i);
      long high = p.high().get(i) - (empty ? 0 : crop[i]);
      pads[2 * (rank - 1 - i)] = low;
      pads[2 * (rank - 1 - i) + 1] = high;
      any |= low != 0 || high != 0;
      fills |= low > 0 || high > 0;
    }
    if (any && !fills) {
      return Term.of(s.view(cropped(n, pads), n), out);
    }
    if (crossed(pads)) { // libtorch crops first, which may take more than there is
      value = value == null ? scalar(site.input(1)) : value;
      long[] fill = new long[pads.length];
      long[] cut = new long[pads.length];
      for (int i = 0; i < pads.length; i++) {
        fill[i] = Math.max(0, pads[i]);
        cut[i] = Math.min(0, pads[i]);
      }
      n = s.let("torch.constant_pad_nd(" + n + ", " + Script.list(fill) + ", " + value + ")");
      return Term.of(s.view(cropped(n, cut), n), out);
    }
    if (any) {
      value = value == null ? scalar(site.input(1)) : value;
      n = s.let("torch.constant_pad_nd(" + n + ", " + Script.list(pads) + ", " + value + ")");
    }
    return Term.of(n, out);
  }

  /** Whether an axis is filled on one side and cropped on the other. */
  private static boolean crossed(long[] pads) {
    for (int i = 0; i < pads.length; i += 2) {
      if (Long.signum(pads[i]) * Long.signum(pads[i + 1]) < 0) {
        return true;
      }
    }
    return false;
  }

  /** What is left within negative padding, last axis first. */
  private static String cropped(String n, long[] pads) {
    int rank = pads.length / 2;
    String e = n;
    for (int i = 0; i < rank; i++) {
      long low = pads[2 * (rank - 1 - i)];
      long high = pads[2 * (rank - 1 - i) + 1];
      if (low != 0 || high != 0) {
        e = "torch.slice(" + e + ", " + i + ", " + -low + ", "
            + (high == 0 ? "9223372036854775807" : Long.toString(high)) + ", 1)";
      }
    }
    return e;
  }

  private static boolean isNothing(Pad p) {
    boolean nothing = true;
    for (int i = 0; i < p.low().size(); i++) {
      nothing &= p.low().get(i) == 0 && p.high().get(i) == 0 && p.interior().get(i) == 0;
    }
    return nothing;
  }

  /** Padding that adds a gap behind axis {@code after} places from the end. */
  private static String padsOfAxis(int after, long gap) {
    long[] pads = new long[2 * after + 2];
    pads[2 * after + 1] = gap;
    return Script.list(pads);
  }

  private String scalar(Term t) {
    String l = t.isLiteral() ? Literals.number(t.number()) : null;
    return l != null ? l : s.let("torch.item(" + s.tensor(t) + ")");
  }

  Term concatenate(Concat p, Site<Term> site) {
    if (site.inputs().size() == 1) {
      return site.input(0);
    }
    List<String> parts = new ArrayList<>();
    for (Term t : site.inputs()) {
      parts.add(s.full(t));
    }
    return Term.of(
        s.let("torch.cat([" + String.join(", ", parts) + "], " + p.axis() + ")"), site.out(0));
  }

  /** The start of each axis, clamped so that a block fits; null where there is no choice. */
  private List<@Nullable String> starts(Term start, Term x, TensorSpec block) {
    List<@Nullable String> out = new ArrayList<>();
    for (int i = 0; i < block.rank(); i++) {
      if (block.dim(i) >= 0 && block.dim(i) == x.spec().dim(i)) {
        out.add(null);
        continue;
      }
      String n = s.size(x, i);
      String size = block.dim(i) >= 0 ? s.size(block.dim(i)) : "0";
      String at = start.isLiteral()
          ? Literals.text(start.number())
          : "int(torch.select(" + s.full(start) + ", 0, " + i + "))";
      out.add(s.number("min(max(" + at + ", 0), " + n + " - " + size + ")"));
    }
    return out;
  }

  Term dynamicSlice(DynamicSlice p, Site<Term> site) {
    Term x = site.input(0);
    TensorSpec out = site.out(0);
    if (x.isLiteral()) {
      return x.as(out);
    }
    String base = s.full(x);
    String n = base;
    List<@Nullable String> starts = starts(site.input(1), x, out);
    for (int i = 0; i < out.rank(); i++) {
      if (starts.get(i) != null) {
        n = "torch.narrow(" + n + ", " + i + ", " + starts.get(i) + ", " + s.size(out.dim(i)) + ")";
      }
    }
    return Term.of(n.equals(base) ? base : s.view(n, base), out);
  }

  Term dynamicUpdateSlice(Site<Term> site) {
    Term x = site.input(0);
    Term u = site.input(1);
    TensorSpec out = site.out(0);
    List<@Nullable String> starts = starts(site.input(2), x, u.spec());
    String n = s.writable(x);
    String place = n;
    for (int i = 0; i < out.rank(); i++) {
      if (starts.get(i) != null) {
        place =
            "torch.narrow(" + place + ", " + i + ", " + starts.get(i) + ", " + s.size(u, i) + ")";
      }
    }
    s.line(s.fresh() + " = torch.copy_(" + place + ", " + s.tensor(u) + ")");
    return Term.of(n, out);
  }

  Term dimSize(int axis, Term x, TensorSpec out) {
    long n = x.spec().dim(axis);
    if (n >= 0) {
      return Term.literal(NDArray.scalar(DType.INT32, n), out);
    }
    return Term.of(
        s.let("torch.full([], torch.size(" + x.name() + ", " + axis + "), " + s.options(DType.INT32)
            + ")"),
        out);
  }
}
