package org.keras4j.ops.internal.passes;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.*;

/** What each primitive of a given result may be replaced by. */
final class Rewrites implements PrimitiveVisitor<TensorSpec, Rewrite> {
  static final Rewrites ALL = new Rewrites();

  private Rewrites() {}

  @Override
  public Rewrite constant(ArrayConstant p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite iota(Iota p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite randomBits(RandomBits p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite unary(Unary p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public @Nullable Value same(List<Value> in, TensorSpec out) {
        Value x = in.get(0);
        boolean back =
            p.kind() == UnaryKind.NEG || p.kind() == UnaryKind.CONJ || p.kind() == UnaryKind.NOT;
        return back && p.equals(Simplify.producer(x)) ? Simplify.before(x, 0) : null;
      }

      @Override
      public @Nullable NDArray folded(List<NDArray> in, TensorSpec out) {
        return Folding.unary(p.kind(), in.get(0));
      }
    };
  }

  @Override
  public Rewrite binary(Binary p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public @Nullable Value same(List<Value> in, TensorSpec out) {
        return neutral(p.kind(), in);
      }

      @Override
      public @Nullable NDArray folded(List<NDArray> in, TensorSpec out) {
        return Folding.binary(p.kind(), in.get(0), in.get(1), out);
      }

      @Override
      public Simplify.@Nullable Step merged(List<Value> in, TensorSpec out) {
        return new Simplify.Step(null, p, unrepeated(in, out));
      }
    };
  }

  @Override
  public Rewrite compare(Compare p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public @Nullable NDArray folded(List<NDArray> in, TensorSpec out) {
        return Folding.compare(p.direction(), in.get(0), in.get(1), out);
      }

      @Override
      public Simplify.@Nullable Step merged(List<Value> in, TensorSpec out) {
        return new Simplify.Step(null, p, unrepeated(in, out));
      }
    };
  }

  @Override
  public Rewrite select(Select p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public @Nullable Value same(List<Value> in, TensorSpec out) {
        NDArray c = Simplify.constant(in.get(0));
        return in.get(1) == in.get(2)
            ? in.get(1)
            : c != null && c.rank() == 0 ? in.get(c.getBoolean(0) ? 1 : 2) : null;
      }

      @Override
      public @Nullable NDArray folded(List<NDArray> in, TensorSpec out) {
        return Folding.select(in, out);
      }

      @Override
      public Simplify.@Nullable Step merged(List<Value> in, TensorSpec out) {
        return new Simplify.Step(null, p, unrepeated(in, out));
      }
    };
  }

  @Override
  public Rewrite convert(Convert p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public @Nullable Value same(List<Value> in, TensorSpec out) {
        Value x = in.get(0);
        if (x.spec().dtype() == p.to()) {
          return x;
        }
        // there and back through a dtype that holds all values
        return Simplify.producer(x) instanceof Convert
                && Simplify.before(x, 0).spec().dtype() == p.to()
                && holds(x.spec().dtype(), p.to())
            ? Simplify.before(x, 0)
            : null;
      }

      @Override
      public @Nullable NDArray folded(List<NDArray> in, TensorSpec out) {
        return Folding.convert(in.get(0), p.to());
      }

      @Override
      public Simplify.@Nullable Step merged(List<Value> in, TensorSpec out) {
        Value x = in.get(0);
        return Simplify.producer(x) instanceof Convert
                && Simplify.before(x, 0).spec().dtype().isBool()
            ? Simplify.step(p, List.of(Simplify.before(x, 0)), out) // 0 and 1 are so in every dtype
            : null;
      }
    };
  }

  @Override
  public Rewrite bitcast(Bitcast p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite populationCount(PopulationCount p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite leadingZeros(LeadingZeros p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite reducePrecision(ReducePrecision p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite reshape(ReshapeTo p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public @Nullable Value same(List<Value> in, TensorSpec out) {
        return sameShape(in, out);
      }

      @Override
      public @Nullable NDArray folded(List<NDArray> in, TensorSpec out) {
        return in.size() == 1 && p.to().isKnown() ? in.get(0).reshape(p.to().toArray()) : null;
      }

      @Override
      public Simplify.@Nullable Step merged(List<Value> in, TensorSpec out) {
        Value x = in.get(0);
        return in.size() == 1 && p.to().isKnown() && Simplify.producer(x) instanceof ReshapeTo
            ? Simplify.step(p, List.of(Simplify.before(x, 0)), out)
            : null;
      }
    };
  }

  @Override
  public Rewrite broadcastInDim(BroadcastInDim p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public @Nullable Value same(List<Value> in, TensorSpec out) {
        return sameShape(in, out);
      }
    };
  }

  @Override
  public Rewrite transpose(Transpose p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public @Nullable Value same(List<Value> in, TensorSpec out) {
        return p.permutation().equals(IntList.range(0, p.permutation().size())) ? in.get(0) : null;
      }

      @Override
      public Simplify.@Nullable Step merged(List<Value> in, TensorSpec out) {
        Value x = in.get(0);
        if (!(Simplify.producer(x) instanceof Transpose inner)) {
          return null;
        }
        Transpose both = new Transpose(composed(inner.permutation(), p.permutation()));
        return Simplify.step(both, List.of(Simplify.before(x, 0)), out);
      }
    };
  }

  @Override
  public Rewrite reverse(Reverse p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public @Nullable Value same(List<Value> in, TensorSpec out) {
        Value x = in.get(0);
        return p.axes().size() == 0
            ? x
            : p.equals(Simplify.producer(x)) ? Simplify.before(x, 0) : null;
      }
    };
  }

  @Override
  public Rewrite slice(Slice p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public @Nullable Value same(List<Value> in, TensorSpec out) {
        return isWhole(p, in.get(0).spec()) ? in.get(0) : null;
      }
    };
  }

  @Override
  public Rewrite pad(Pad p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public @Nullable Value same(List<Value> in, TensorSpec out) {
        return isZero(p.low()) && isZero(p.high()) && isZero(p.interior()) ? in.get(0) : null;
      }
    };
  }

  @Override
  public Rewrite concatenate(Concat p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public @Nullable Value same(List<Value> in, TensorSpec out) {
        return in.size() == 1 ? in.get(0) : null;
      }

      @Override
      public @Nullable NDArray folded(List<NDArray> in, TensorSpec out) {
        return out.rank() == 1 ? Folding.joined(in, out) : null;
      }
    };
  }

  @Override
  public Rewrite dynamicSlice(DynamicSlice p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite dynamicUpdateSlice(DynamicUpdateSlice p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite dimSize(DimSize p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite take(Take p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite gatherNd(GatherNd p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite scatterNd(ScatterNd p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite reduce(Reduce p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public @Nullable Value same(List<Value> in, TensorSpec out) {
        return p.axes().size() == 0 ? in.get(0) : null;
      }
    };
  }

  @Override
  public Rewrite argReduce(ArgReduce p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite cumulative(Cumulative p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite reduceWindow(ReduceWindow p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite windowSelectAdd(WindowSelectAdd p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite dotGeneral(DotGeneral p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite conv(Conv p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public Simplify.@Nullable Step merged(List<Value> in, TensorSpec out) {
        Pad zeros = ConvPadding.of(in.get(0));
        return zeros == null
            ? null
            : new Simplify.Step(
                null, new Conv(ConvPadding.added(p.conv(), zeros)), ConvPadding.without(in));
      }
    };
  }

  @Override
  public Rewrite convInputGrad(ConvInputGrad p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite convKernelGrad(ConvKernelGrad p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public Simplify.@Nullable Step merged(List<Value> in, TensorSpec out) {
        Pad zeros = ConvPadding.of(in.get(0));
        return zeros == null
            ? null
            : new Simplify.Step(
                null,
                new ConvKernelGrad(ConvPadding.added(p.conv(), zeros), p.kernel()),
                ConvPadding.without(in));
      }
    };
  }

  @Override
  public Rewrite sort(Sort p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite topK(TopK p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite fft(Fft p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite cholesky(Cholesky p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite triangularSolve(TriangularSolve p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite lu(Lu p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite qr(Qr p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite svd(Svd p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite eigh(Eigh p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite eig(Eig p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite caseOf(Case p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite whileLoop(While p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite scan(Scan p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite stopGradient(StopGradient p, TensorSpec result) {
    return new Rewrite() {
      @Override
      public @Nullable Value same(List<Value> in, TensorSpec out) {
        return in.get(0); // gradients are taken before
      }
    };
  }

  @Override
  public Rewrite barrier(Barrier p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite hostCall(HostCall p, TensorSpec result) {
    return Rewrite.NONE;
  }

  @Override
  public Rewrite composite(Composite p, TensorSpec result) {
    return Rewrite.NONE;
  }

  private static @Nullable Value sameShape(List<Value> in, TensorSpec out) {
    return out.shape().isKnown() ? in.get(0) : null;
  }

  /** Whether a dtype holds every value of another. */
  private static boolean holds(DType wide, DType narrow) {
    if (narrow.isFloat()) {
      return wide == DType.FLOAT64 || (wide == DType.FLOAT32 && narrow.size() < 4);
    }
    if (narrow.isBool()) {
      return wide.isInteger() || wide.isFloat();
    }
    if (narrow.isInteger() && wide.isInteger()) {
      return wide.size() > narrow.size() && (wide.isSigned() || narrow.isUnsigned());
    }
    return narrow.isInteger() && wide == DType.FLOAT64 && narrow.size() <= 4;
  }

  private static @Nullable Value neutral(BinaryKind kind, List<Value> in) {
    Value a = in.get(0);
    Value b = in.get(1);
    return switch (kind) {
      case MUL -> is(b, 1) ? a : is(a, 1) ? b : null;
      case DIV -> is(b, 1) ? a : null;
      // adding 0 to a float would change -0
      case SUB -> is(b, 0) ? a : null;
      case ADD -> !a.spec().dtype().isInteger() ? null : is(b, 0) ? a : is(a, 0) ? b : null;
      case AND, OR, MAX, MIN -> a == b ? a : null;
      default -> null;
    };
  }

  static boolean is(Value v, double number) {
    NDArray c = Simplify.constant(v);
    return c != null
        && c.size() == 1
        && !c.dtype().isComplex()
        && Double.compare(c.getDouble(0), number) == 0;
  }

  private static boolean isWhole(Slice s, TensorSpec x) {
    for (int i = 0; i < x.rank(); i++) {
      long n = x.dim(i);
      boolean end = s.limit().get(i) == Long.MAX_VALUE || (n >= 0 && s.limit().get(i) >= n);
      if (s.start().get(i) != 0 || s.stride().get(i) != 1 || !end) {
        return false;
      }
    }
    return true;
  }

  static boolean isZero(LongList l) {
    return LongList.repeat(0, l.size()).equals(l);
  }

  private static IntList composed(IntList first, IntList second) {
    int[] p = new int[first.size()];
    for (int i = 0; i < p.length; i++) {
      p[i] = first.get(second.get(i));
    }
    return IntList.of(p);
  }

  /** The inputs without broadcasts that the elementwise primitive does anyway. */
  private static List<Value> unrepeated(List<Value> in, TensorSpec out) {
    List<Value> result = new ArrayList<>(in);
    int full = 0;
    for (Value v : in) {
      full += v.spec().shape().equals(out.shape()) ? 1 : 0;
    }
    for (int i = 0; i < in.size() && full > 1; i++) {
      Value v = in.get(i);
      if (v.spec().shape().equals(out.shape())
          && Simplify.producer(v) instanceof BroadcastInDim b
          && b.dims()
              .equals(IntList.range(b.to().rank() - b.dims().size(), b.to().rank()))) {
        result.set(i, Simplify.before(v, 0));
        full--;
      }
    }
    return result;
  }
}
