package org.keras4j.backend.xla.emit;

import java.util.List;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.primitive.Cumulative;
import org.keras4j.core.primitive.Reduce;

/** Reductions, running folds, and order. */
final class Folds {
  private final Hlo h;

  Folds(Hlo h) {
    this.h = h;
  }

  Term reduce(Reduce.ReduceKind kind, Term a, int... axes) {
    if (axes.length == 0) {
      return a;
    }
    ElementType e = a.element();
    boolean arithmetic = kind == Reduce.ReduceKind.SUM || kind == Reduce.ReduceKind.PROD;
    if (narrow(e) && (arithmetic || e.size() == 1)) {
      return h.convert(reduce(kind, h.convert(a, ElementType.F32), axes), e);
    }
    TensorType s = TensorType.of(e);
    return switch (kind) {
      case SUM -> h.reduce(a, h.full(s, 0), "add", axes);
      case PROD -> h.reduce(a, h.full(s, 1), "multiply", axes);
      case MAX -> extremum(true, a, axes);
      case MIN -> extremum(false, a, axes);
      case AND ->
        h.reduce(a, e == ElementType.PRED ? h.full(s, 1) : h.fullLong(s, -1), "and", axes);
      case OR -> h.reduce(a, h.full(s, 0), "or", axes);
    };
  }

  private Term extremum(boolean max, Term a, int... axes) {
    TensorType s = TensorType.of(a.element());
    Term r = h.reduce(a, h.extreme(s, max), max ? "maximum" : "minimum", axes);
    if (h.keepsNaN() || !a.element().isFloat()) {
      return r;
    }
    // asked separately, since XLA makes fast code of plain folds only
    TensorType b = TensorType.of(ElementType.PRED);
    Term nan = h.reduce(h.isNaN(a), h.full(b, 0), "or", axes);
    return h.select(nan, h.full(r.type(), Double.NaN), r);
  }

  /** Whether sums of it are done in float32. */
  static boolean narrow(ElementType e) {
    return e.isFloat() && e.size() < 4;
  }

  Term argReduce(boolean max, int axis, Term a) {
    ElementType e = a.element();
    if (narrow(e)) {
      return argReduce(max, axis, h.convert(a, ElementType.F32));
    }
    if (e.isFloat()) {
      return argReduce(max, axis, ordered(max, a));
    }
    long[] dims = a.type().dims();
    Term best = extremum(max, a, axis);
    Term hit = h.compare("EQ", a, spread(best, axis, dims));
    TensorType it = TensorType.of(ElementType.S32, dims);
    Term where = h.select(hit, h.iota(it, axis), h.fullLong(it, Integer.MAX_VALUE));
    TensorType i = TensorType.of(ElementType.S32);
    return h.reduce(where, h.fullLong(i, Integer.MAX_VALUE), "minimum", axis);
  }

  /**
   * Integers in the order of floats, both zeros being one and NaN the greatest (or least). XLA takes
   * the smallest floats for zero when it compares them as such.
   */
  private Term ordered(boolean nanGreatest, Term a) {
    boolean wide = a.element() == ElementType.F64;
    ElementType e = wide ? ElementType.S64 : ElementType.S32;
    long lowest = wide ? Long.MIN_VALUE : Integer.MIN_VALUE;
    long infinity = wide ? 0x7ff0000000000000L : 0x7f800000L;
    Term bits = h.unaryTo("bitcast_convert", a, e);
    TensorType t = bits.type();
    Term magnitude = h.and(bits, h.fullLong(t, ~lowest));
    Term negative = h.compare("LT", bits, h.full(t, 0));
    Term number = h.select(negative, h.unary("negate", magnitude), magnitude);
    Term nan = h.compare("GT", magnitude, h.fullLong(t, infinity));
    return h.select(nan, h.fullLong(t, nanGreatest ? ~lowest : lowest), number);
  }

  /** A reduced value back over the axis. */
  private Term spread(Term a, int axis, long... dims) {
    int[] map = new int[a.rank()];
    for (int i = 0; i < map.length; i++) {
      map[i] = i < axis ? i : i + 1;
    }
    return h.broadcast(a, map, dims);
  }

  /** In a logarithmic number of steps, each adding what lies 1, 2, 4, ... before. */
  Term cumulative(Cumulative p, Term a) {
    ElementType e = a.element();
    boolean arithmetic =
        p.kind() == Cumulative.CumulativeKind.SUM || p.kind() == Cumulative.CumulativeKind.PROD;
    if (narrow(e) && (arithmetic || e.size() == 1)) {
      return h.convert(cumulative(p, h.convert(a, ElementType.F32)), e);
    }
    TensorType s = TensorType.of(e);
    String op;
    Term identity;
    switch (p.kind()) {
      case SUM:
        op = "add";
        identity = h.full(s, 0);
        break;
      case PROD:
        op = "multiply";
        identity = h.full(s, 1);
        break;
      case MAX:
        op = "maximum";
        identity = h.extreme(s, true);
        break;
      default:
        op = "minimum";
        identity = h.extreme(s, false);
    }
    long n = a.dim(p.axis());
    Term x = a;
    for (long d = 1; d < n; d *= 2) {
      long[] low = new long[a.rank()];
      long[] high = new long[a.rank()];
      low[p.axis()] = p.reverse() ? -d : d;
      high[p.axis()] = p.reverse() ? d : -d;
      x = h.combine(op, x, h.pad(x, identity, low, high, new long[a.rank()]));
    }
    return x;
  }

  /** Sorts operands by the first; NaN is last if {@code nanLast}, else it counts as the largest. */
  List<Term> sort(List<Term> in, int axis, boolean descending, boolean nanLast) {
    List<TensorType> args = new java.util.ArrayList<>();
    for (Term t : in) {
      TensorType s = TensorType.of(t.element());
      args.add(s);
      args.add(s);
    }
    String region = h.block(args, v -> {
      Term x = v.get(0);
      Term y = v.get(1);
      return List.of(before(x, y, descending, nanLast));
    });
    return h.lines(
        "\"stablehlo.sort\"("
            + Hlo.names(in)
            + ") <{dimension="
            + axis
            + ":i64,is_stable=true}> ({\n"
            + region
            + "}) : ("
            + Hlo.types(in)
            + ")->("
            + Hlo.types(in)
            + ")",
        in.stream().map(Term::type).toList());
  }

  private Term before(Term x, Term y, boolean descending, boolean nanLast) {
    ElementType e = x.element();
    if (e.isComplex()) {
      Term equal = h.compare("EQ", h.real(x), h.real(y));
      return h.select(
          equal,
          before(h.imag(x), h.imag(y), descending, nanLast),
          before(h.real(x), h.real(y), descending, nanLast));
    }
    Term less = h.compare(descending ? "GT" : "LT", x, y);
    if (!e.isFloat()) {
      return less;
    }
    boolean nanFirst = descending && !nanLast;
    Term nan = h.isNaN(nanFirst ? x : y);
    Term number = h.not(h.isNaN(nanFirst ? y : x));
    return h.or(less, h.and(nan, number));
  }
}
