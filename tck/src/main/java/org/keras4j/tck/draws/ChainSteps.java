package org.keras4j.tck.draws;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.types.Index;
import org.keras4j.ops.types.Scanned;

/** The steps of a {@link ViewChain}. */
final class ChainSteps {
  private final Dice d;
  private final boolean exact;

  ChainSteps(Dice d, boolean exact) {
    this.d = d;
    this.exact = exact;
  }

  private int axis(Tensor x) {
    return d.in(0, x.shape().rank() - 1);
  }

  // ---- views

  /** A value, or several, that a backend may make without copying an element. */
  List<Tensor> view(Tensor x) {
    int rank = x.shape().rank();
    int kind = d.in(0, rank == 0 ? 4 : 17);
    return switch (kind) {
      case 0, 1 -> List.of(broadcast(x));
      case 2 -> List.of(reshape(x));
      case 3 -> List.of(Ops.expandDims(x, d.in(0, rank)));
      case 4 -> List.of(Ops.stopGradient(x));
      case 5 -> List.of(reshape(x));
      case 6, 7 -> List.of(transpose(x));
      case 8 -> List.of(slice(x));
      case 9 -> List.of(strided(x));
      case 10 -> List.of(Ops.squeeze(x));
      case 11 -> List.of(d.flip() ? Ops.flip(x) : Ops.flip(x, axis(x)));
      case 12 -> List.of(Ops.pad(x, widths(x, d.rarely(3) ? 1 : 0)));
      case 13 -> List.of(rank >= 2 ? Ops.diagonal(x, 0, 0, rank - 1) : x);
      case 14 -> Ops.unstack(x, null, axis(x));
      case 15 -> List.of(Ops.swapaxes(x, axis(x), axis(x)));
      case 16 -> List.of(fold(x));
      default -> List.of(turned(x));
    };
  }

  Tensor broadcast(Tensor x) {
    long[] shape = x.shape().toArray();
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 1 && d.flip()) {
        shape[i] = d.in(2, 4);
      }
    }
    List<Long> to = new ArrayList<>();
    for (int i = d.in(0, 2); i > 0 && shape.length + to.size() < 6; i--) {
      to.add((long) d.in(1, 3));
    }
    for (long n : shape) {
      to.add(n);
    }
    return Ops.broadcastTo(x, to);
  }

  private Tensor reshape(Tensor x) {
    long left = x.shape().size();
    List<Long> to = new ArrayList<>();
    while (left > 1 && to.size() < 5) {
      long n = d.in(1, 4);
      if (left % n == 0) {
        to.add(n);
        left /= n;
      }
    }
    to.add(left);
    if (d.flip()) {
      to.add(d.in(0, to.size()), 1L);
    }
    return Ops.reshape(x, to);
  }

  private Tensor transpose(Tensor x) {
    List<Integer> axes =
        new ArrayList<>(IntStream.range(0, x.shape().rank()).boxed().toList());
    for (int i = axes.size() - 1; i > 0; i--) {
      Collections.swap(axes, i, d.in(0, i));
    }
    return Ops.transpose(x, axes);
  }

  private Tensor slice(Tensor x) {
    List<Long> start = new ArrayList<>();
    List<Long> size = new ArrayList<>();
    for (long n : x.shape().toArray()) {
      long k = d.in(1, (int) n);
      size.add(k);
      start.add((long) d.in(0, (int) (n - k)));
    }
    return Ops.slice(x, start, size);
  }

  private Tensor strided(Tensor x) {
    Object[] keys = new Object[x.shape().rank()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = switch (d.in(0, 4)) {
        case 0 -> d.in(0, (int) x.shape().dim(i) - 1);
        case 1 -> new Index(null, null, -1);
        case 2 -> new Index(null, null, 2);
        default -> Index.ALL;
      };
    }
    return Ops.getItem(x, keys);
  }

  private List<List<Integer>> widths(Tensor x, int most) {
    List<List<Integer>> out = new ArrayList<>();
    for (int i = 0; i < x.shape().rank(); i++) {
      out.add(List.of(d.in(0, most), d.in(0, most)));
    }
    return out;
  }

  /** Smaller, mostly: what is broadcast again next. */
  Tensor fold(Tensor x) {
    if (x.shape().rank() == 0) {
      return Ops.negative(x);
    }
    Integer axis = d.flip() ? null : (Integer) axis(x);
    return d.flip() ? Ops.max(x, axis, d.flip()) : Ops.min(x, axis, d.flip());
  }

  /** Through a conversion that may change nothing of what is stored. */
  private Tensor turned(Tensor x) {
    if (x.dtype() == DType.INT32) {
      return Ops.cast(Ops.cast(x, "uint32"), "int32");
    }
    if (x.dtype() == DType.FLOAT32) {
      Tensor z = Ops.cast(x, "complex64");
      return d.flip() ? Ops.real(z) : Ops.add(Ops.imag(z), Ops.real(z));
    }
    return Ops.roll(x, 1, axis(x));
  }

  // ---- elementwise

  Tensor unary(Tensor x) {
    if (!exact && x.dtype() == DType.FLOAT32 && d.flip()) {
      return switch (d.in(0, 6)) {
        case 0 -> Ops.exp(Ops.negative(Ops.abs(x)));
        case 1 -> Ops.tanh(x);
        case 2 -> Ops.sigmoid(x);
        case 3 -> Ops.silu(x);
        case 4 -> Ops.gelu(x);
        case 5 -> x.shape().rank() == 0 ? Ops.sin(x) : Ops.softmax(x);
        default -> Ops.cos(x);
      };
    }
    boolean integer = x.dtype().isInteger();
    return switch (d.in(0, integer ? 4 : 7)) {
      case 0, 1 -> Ops.negative(x);
      case 2 -> Ops.abs(x);
      case 3 -> Ops.maximum(x, d.in(-2, 2));
      case 4 -> Ops.minimum(x, d.in(-2, 4));
      case 5 -> Ops.relu(x);
      // where numbers are rounded, a step would magnify it; and the short floats have no room for
      // halves
      case 6 -> exact ? Ops.floor(Ops.multiply(x, 0.5)) : Ops.multiply(x, 0.5);
      default -> x.dtype().size() < 4 ? Ops.relu(x) : Ops.leakyRelu(x, 0.5);
    };
  }

  /** With another value, where that broadcasts; else with what it is without its first axes. */
  Tensor binary(Tensor x, Tensor other) {
    Tensor y = other;
    if (!x.dtype().equals(y.dtype()) || !broadcasts(x.shape(), y.shape())) {
      y = d.flip() ? x : Ops.max(x);
    }
    return switch (d.in(0, 3)) {
      // halves keep sums small enough to stay exact
      case 0 -> Ops.minimum(Ops.maximum(Ops.add(x, y), -8), 8);
      case 1 -> Ops.minimum(Ops.maximum(Ops.subtract(x, y), -8), 8);
      case 2 -> Ops.maximum(x, y);
      default -> exact ? Ops.where(Ops.greater(x, 0), x, y) : Ops.maximum(y, x);
    };
  }

  private static boolean broadcasts(Shape a, Shape b) {
    for (int i = 1; i <= Math.min(a.rank(), b.rank()); i++) {
      long m = a.dim(-i);
      long n = b.dim(-i);
      if (m != n && m != 1 && n != 1) {
        return false;
      }
    }
    return true;
  }

  /** A part of it written anew. */
  Tensor update(Tensor x, Tensor other) {
    if (x.shape().rank() == 0) {
      return x;
    }
    List<Integer> start = new ArrayList<>(Collections.nCopies(x.shape().rank(), 0));
    long n = x.shape().dim(0);
    start.set(0, d.in(0, (int) n - 1));
    Tensor part = Ops.getItem(x, Index.range(0, 1));
    Tensor value =
        other.dtype().equals(x.dtype()) ? Ops.add(Ops.minimum(Ops.max(other), 1), part) : part;
    return Ops.sliceUpdate(x, start, value);
  }

  // ---- of the same shape, and control flow around them

  /** Of the shape of x, by way of others. */
  Tensor kept(Tensor x) {
    Shape s = x.shape();
    return switch (d.in(0, s.rank() == 0 ? 2 : 7)) {
      case 0 -> unary(x);
      case 1 -> Ops.broadcastTo(Ops.max(x), s);
      case 2 -> Ops.reshape(Ops.negative(Ops.reshape(x, List.of(-1))), s);
      case 3 -> Ops.flip(x, axis(x));
      case 4 -> Ops.swapaxes(unary(Ops.swapaxes(x, 0, -1)), 0, -1);
      case 5 -> Ops.broadcastTo(Ops.max(x, axis(x), true), s);
      case 6 -> Ops.reshape(Ops.broadcastTo(Ops.min(x), List.of(s.size())), s);
      default -> Ops.concatenate(List.of(slice0(x, 1, s.dim(0)), slice0(x, 0, 1)), 0);
    };
  }

  private static Tensor slice0(Tensor x, int from, long to) {
    return Ops.getItem(x, Index.range(from, (int) to));
  }

  /** Blocks that hand out views, of what they made and of what lies around them. */
  List<Tensor> control(Tensor x) {
    Shape s = x.shape();
    int a = d.in(0, 1 << 20);
    switch (d.in(0, 2)) {
      case 0:
        boolean same = d.rarely(3);
        return List.of(Ops.cond(
            Ops.greater(Ops.max(x), x.dtype().isInteger() ? d.in(-1, 2) : d.in(-1, 2) + 0.375),
            () -> of(a).kept(of(a + 1).kept(x)),
            () -> same ? x : of(a + 2).kept(x)));
      case 1:
        List<Tensor> end = Ops.<List<Tensor>>whileLoop(
            v -> Ops.less(v.get(0), 3),
            v -> {
              Tensor n = Ops.add(v.get(0), 1);
              Tensor p = of(a).kept(of(a + 1).kept(v.get(1)));
              // the two may change places
              return of(a).d.flip()
                  ? List.of(n, p, v.get(1))
                  : List.of(n, p, of(a + 2).kept(p));
            },
            List.of(Ops.cast(0, "int32"), x, kept(x)));
        return end.subList(1, 3);
      default:
        Scanned<List<Tensor>, Tensor> r = Ops.scan(
            (List<Tensor> c, Tensor y) -> {
              Tensor p = of(a).kept(of(a + 1).kept(c.get(0)));
              Tensor q = of(a).d.flip() ? c.get(0) : of(a + 2).kept(Ops.maximum(c.get(1), y));
              Tensor out = of(a + 3).d.flip() ? c.get(0) : of(a + 4).kept(q);
              return new Scanned<>(List.of(p, q), out);
            },
            List.of(x, kept(x)),
            Ops.broadcastTo(x, Shape.of(d.in(1, 3)).concat(s)));
        return List.of(r.carry().get(0), r.carry().get(1), r.output());
    }
  }

  // a block may be traced more than once, and must come out the same
  private ChainSteps of(int seed) {
    return new ChainSteps(Dice.of(seed), exact);
  }
}
