package org.keras4j.backend.xla.emit;

import java.util.List;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.primitive.ReduceWindow;
import org.keras4j.core.primitive.Window;

/** Folds over sliding windows. */
final class Windows {
  private static final int MANY_PLACES = 32;

  private final Hlo h;

  Windows(Hlo h) {
    this.h = h;
  }

  Term reduce(ReduceWindow.WindowKind kind, Window w, Term a, TensorType result) {
    ElementType e = a.element();
    if (Folds.narrow(e) && (kind == ReduceWindow.WindowKind.SUM || e.size() == 1)) {
      Term wide = reduce(kind, w, h.convert(a, ElementType.F32), result.with(ElementType.F32));
      return h.convert(wide, e);
    }
    TensorType s = TensorType.of(e);
    Term init = kind == ReduceWindow.WindowKind.SUM
        ? h.full(s, 0)
        : h.extreme(s, kind == ReduceWindow.WindowKind.MAX);
    if (result.elements() == 0) {
      return h.full(result, 0);
    }
    String op = switch (kind) {
      case SUM -> "add";
      case MAX -> "maximum";
      case MIN -> "minimum";
    };
    return h.line(
        "\"stablehlo.reduce_window\"(" + a + "," + init + ")",
        "<{window_dimensions="
            + Hlo.array(w.size().toArray())
            + ",window_strides="
            + Hlo.array(w.stride().toArray())
            + ",window_dilations="
            + Hlo.array(w.dilation().toArray())
            + ",base_dilations="
            + Hlo.array(Hlo.ones(a.rank()))
            + ",padding="
            + padding(w)
            + "}> "
            + h.fold(op, e)
            + " : ("
            + a.type()
            + ","
            + init.type()
            + ")->"
            + result,
        result);
  }

  private static String padding(Window w) {
    int n = w.size().size();
    if (n == 0) {
      return "dense<> : tensor<0x2xi64>";
    }
    StringBuilder b = new StringBuilder("dense<[");
    for (int i = 0; i < n; i++) {
      b.append(i == 0 ? "[" : ",[");
      b.append(w.low().get(i)).append(',').append(w.high().get(i)).append(']');
    }
    return b.append("]> : tensor<").append(n).append("x2xi64>").toString();
  }

  Term selectAdd(Window w, Term a, Term cotangent) {
    ElementType e = a.element();
    if (cotangent.type().elements() == 0 || a.type().elements() == 0) {
      return h.full(a.type(), 0);
    }
    if (Folds.narrow(e)) {
      Term wide =
          selectAdd(w, h.convert(a, ElementType.F32), h.convert(cotangent, ElementType.F32));
      return h.convert(wide, e);
    }
    boolean plain = true;
    long places = 1;
    for (int i = 0; i < a.rank(); i++) {
      plain &= w.dilation().get(i) == 1;
      places *= w.size().get(i);
    }
    // StableHLO's own operation knows no dilation, and is many times slower on a CPU
    return plain && !(h.cpu() && places <= MANY_PLACES)
        ? selectAndScatter(w, a, cotangent)
        : byOffsets(w, a, cotangent);
  }

  private Term selectAndScatter(Window w, Term a, Term cotangent) {
    TensorType s = TensorType.of(a.element());
    Term zero = h.full(s, 0);
    String select = h.block(List.of(s, s), v -> List.of(h.compare("GE", v.get(0), v.get(1))));
    String add = h.block(List.of(s, s), v -> List.of(h.add(v.get(0), v.get(1))));
    return h.line(
        "\"stablehlo.select_and_scatter\"(" + a + "," + cotangent + "," + zero + ")",
        "<{window_dimensions="
            + Hlo.array(w.size().toArray())
            + ",window_strides="
            + Hlo.array(w.stride().toArray())
            + ",padding="
            + padding(w)
            + "}> ({\n"
            + select
            + "},{\n"
            + add
            + "}) : ("
            + a.type()
            + ","
            + cotangent.type()
            + ","
            + s
            + ")->"
            + a.type(),
        a.type());
  }

  // one strided slice for each place of the window
  private Term byOffsets(Window w, Term a, Term cotangent) {
    int rank = a.rank();
    long[] out = cotangent.type().dims();
    TensorType s = TensorType.of(a.element());
    Term lowest = h.extreme(s, true);
    Term padded = h.pad(a, lowest, w.low().toArray(), w.high().toArray(), new long[rank]);
    int count = 1;
    for (int i = 0; i < rank; i++) {
      count = Math.multiplyExact(count, Math.toIntExact(w.size().get(i)));
    }
    Term inside = isPadded(w) ? inside(w, a) : null;
    Term best = h.extreme(cotangent.type(), true);
    Term chosen = h.fullLong(cotangent.type().with(ElementType.S32), -1);
    for (int k = 0; k < count; k++) {
      Term v = at(w, padded, k, out);
      Term better =
          h.or(h.compare("GT", v, best), h.compare("LT", chosen, h.full(chosen.type(), 0)));
      if (inside != null) {
        better = h.and(better, at(w, inside, k, out));
      }
      best = h.select(better, v, best);
      chosen = h.select(better, h.fullLong(chosen.type(), k), chosen);
    }
    Term zero = h.full(s, 0);
    Term sum = null;
    for (int k = 0; k < count; k++) {
      Term mine = h.select(
          h.compare("EQ", chosen, h.fullLong(chosen.type(), k)),
          cotangent,
          h.full(cotangent.type(), 0));
      Term placed = place(w, mine, zero, k, padded.type().dims());
      sum = sum == null ? placed : h.add(sum, placed);
    }
    if (sum == null) {
      return h.full(a.type(), 0);
    }
    long[] start = w.low().toArray();
    long[] limit = a.type().dims();
    for (int i = 0; i < rank; i++) {
      limit[i] += start[i];
    }
    return h.slice(sum, start, limit, Hlo.ones(rank));
  }

  private static boolean isPadded(Window w) {
    for (int i = 0; i < w.size().size(); i++) {
      if (w.low().get(i) != 0 || w.high().get(i) != 0) {
        return true;
      }
    }
    return false;
  }

  // padding is never chosen, not even beside minus infinity
  private Term inside(Window w, Term a) {
    TensorType p = TensorType.of(ElementType.PRED);
    return h.pad(
        h.fullLong(a.type().with(ElementType.PRED), 1),
        h.fullLong(p, 0),
        w.low().toArray(),
        w.high().toArray(),
        new long[a.rank()]);
  }

  private static long[] offset(Window w, int k) {
    long[] o = new long[w.size().size()];
    for (int i = o.length - 1; i >= 0; i--) {
      long n = w.size().get(i);
      o[i] = k % n * w.dilation().get(i);
      k /= (int) n;
    }
    return o;
  }

  private Term at(Window w, Term padded, int k, long... out) {
    long[] start = offset(w, k);
    long[] limit = new long[out.length];
    for (int i = 0; i < out.length; i++) {
      limit[i] = start[i] + (out[i] - 1) * w.stride().get(i) + 1;
    }
    return h.slice(padded, start, limit, w.stride().toArray());
  }

  private Term place(Window w, Term v, Term zero, int k, long... dims) {
    long[] low = offset(w, k);
    long[] high = new long[low.length];
    long[] interior = new long[low.length];
    for (int i = 0; i < low.length; i++) {
      interior[i] = w.stride().get(i) - 1;
      high[i] = dims[i] - low[i] - ((v.dim(i) - 1) * w.stride().get(i) + 1);
    }
    return h.pad(v, zero, low, high, interior);
  }
}
