package org.keras4j.ops.internal.partition;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.*;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.core.spi.Collectives.Fold;

/** How each primitive is divided; where nothing better is said, it gets whole inputs. */
final class Rules implements PrimitiveVisitor<Site, List<Placed>> {
  static final Rules ALL = new Rules();

  private Rules() {}

  // ---- what has no inputs

  @Override
  public List<Placed> constant(ArrayConstant p, Site s) {
    return s.together();
  }

  @Override
  public List<Placed> iota(Iota p, Site s) {
    return s.together();
  }

  @Override
  public List<Placed> randomBits(RandomBits p, Site s) {
    return s.together(); // the same on every process; rows are cut out where they are needed
  }

  @Override
  public List<Placed> dimSize(DimSize p, Site s) {
    NDArray size = NDArray.scalar(DType.INT32, s.in(0).whole().dim(p.axis()));
    return s.give(new ArrayConstant(size), List.of(), Layout.WHOLE);
  }

  // ---- elementwise

  private static List<Placed> elementwise(Site s) {
    int rank = s.whole(0).rank();
    for (Placed x : s.in) {
      if (x.isRows()) {
        int axis = x.layout().axis() + rank - x.rank();
        long factor = x.layout().factor();
        return s.give(s.node.primitive(), s.broadcast(axis, factor), Layout.rows(axis, factor));
      }
    }
    return s.together();
  }

  @Override
  public List<Placed> unary(Unary p, Site s) {
    return s.in(0).isPartial() && p.kind() == UnaryKind.NEG
        ? s.alike(Layout.PARTIAL)
        : elementwise(s);
  }

  @Override
  public List<Placed> populationCount(PopulationCount p, Site s) {
    return elementwise(s);
  }

  @Override
  public List<Placed> leadingZeros(LeadingZeros p, Site s) {
    return elementwise(s);
  }

  @Override
  public List<Placed> reducePrecision(ReducePrecision p, Site s) {
    return elementwise(s);
  }

  @Override
  public List<Placed> binary(Binary p, Site s) {
    Placed a = s.in(0);
    Placed b = s.in(1);
    boolean linear = switch (p.kind()) {
      case ADD, SUB -> a.isPartial() && b.isPartial();
      case MUL -> a.isPartial() && b.isWhole() || a.isWhole() && b.isPartial();
      case DIV -> a.isPartial() && b.isWhole() && !a.whole().dtype().isInteger();
      default -> false;
    };
    return linear ? s.alike(Layout.PARTIAL) : elementwise(s);
  }

  @Override
  public List<Placed> compare(Compare p, Site s) {
    return elementwise(s);
  }

  @Override
  public List<Placed> select(Select p, Site s) {
    boolean linear = s.in(0).isWhole() && s.in(1).isPartial() && s.in(2).isPartial();
    return linear ? s.alike(Layout.PARTIAL) : elementwise(s);
  }

  @Override
  public List<Placed> convert(Convert p, Site s) {
    DType from = s.in(0).whole().dtype();
    boolean wider = from.isFloat() && p.to().isFloat() && p.to().size() > from.size();
    return s.in(0).isPartial() && (wider || p.to() == from)
        ? s.alike(Layout.PARTIAL)
        : elementwise(s);
  }

  @Override
  public List<Placed> bitcast(Bitcast p, Site s) {
    boolean last = s.in(0).hasRowsAt(s.in(0).rank() - 1);
    return s.in(0).isRows()
            && (!last || s.in(0).whole().dtype().size() == p.to().size())
        ? s.alike(s.in(0).layout())
        : s.together();
  }

  @Override
  public List<Placed> stopGradient(StopGradient p, Site s) {
    return s.alike(s.in(0).layout());
  }

  @Override
  public List<Placed> barrier(Barrier p, Site s) {
    List<Value> made = s.part.b.add(p, s.values());
    List<Placed> out = new ArrayList<>();
    for (int i = 0; i < made.size(); i++) {
      out.add(new Placed(made.get(i), s.in(i).layout(), s.whole(i)));
    }
    return out;
  }

  // ---- places

  @Override
  public List<Placed> reshape(ReshapeTo p, Site s) {
    Placed x = s.in(0);
    if (x.isPartial() && s.in.size() == 1) {
      return s.alike(Layout.PARTIAL);
    }
    Shape to = s.whole(0).shape();
    int axis = x.isRows() && to.isKnown() ? rowsAfter(x, to, s.part.split.batch()) : -1;
    if (axis < 0) {
      return s.together();
    }
    Layout rows = Layout.rows(axis, to.dim(axis) / s.part.split.batch());
    Shape local = s.part.local(s.whole(0), rows).shape();
    return s.give(new ReshapeTo(local), List.of(x.value()), rows);
  }

  // the axis with as many elements before it, of whose index the sample is the slowest part
  private static int rowsAfter(Placed x, Shape to, long batch) {
    long before = x.whole().shape().slice(0, x.layout().axis()).size();
    long seen = 1;
    for (int i = 0; i < to.rank(); i++) {
      if (seen == before && to.dim(i) > 0 && to.dim(i) % batch == 0) {
        return i;
      }
      seen *= to.dim(i);
    }
    return -1;
  }

  @Override
  public List<Placed> broadcastInDim(BroadcastInDim p, Site s) {
    Placed x = s.in(0);
    if (s.in.size() > 1 || x.isWhole()) {
      return s.together();
    } else if (x.isPartial()) {
      return s.alike(Layout.PARTIAL);
    }
    Layout rows = x.layout().at(p.dims().get(x.layout().axis()));
    return s.alike(new BroadcastInDim(s.part.local(s.whole(0), rows).shape(), p.dims()), rows);
  }

  @Override
  public List<Placed> transpose(Transpose p, Site s) {
    Layout l = s.in(0).layout();
    return s.alike(l.isRows() ? l.at(p.permutation().indexOf(l.axis())) : l);
  }

  @Override
  public List<Placed> reverse(Reverse p, Site s) {
    Layout l = s.in(0).layout();
    return l.isRows() && p.axes().contains(l.axis()) ? s.together() : s.alike(l);
  }

  @Override
  public List<Placed> slice(Slice p, Site s) {
    Placed x = s.in(0);
    if (!x.isRows()) {
      return s.alike(x.layout());
    }
    int axis = x.layout().axis();
    boolean all = p.start().get(axis) == 0
        && p.stride().get(axis) == 1
        && p.limit().get(axis) >= x.whole().dim(axis);
    return all
        ? s.alike(
            new Slice(p.start(), with(p.limit(), axis, Long.MAX_VALUE), p.stride()), x.layout())
        : s.together();
  }

  private static LongList with(LongList list, int at, long value) {
    long[] v = list.toArray().clone();
    v[at] = value;
    return LongList.of(v);
  }

  @Override
  public List<Placed> pad(Pad p, Site s) {
    Placed x = s.in(0);
    if (x.isPartial() && s.in(1).isWhole() && Partition.isZero(s.in(1).value())) {
      return s.alike(Layout.PARTIAL);
    }
    int axis = x.layout().axis();
    boolean untouched = x.isRows()
        && p.low().get(axis) == 0
        && p.high().get(axis) == 0
        && p.interior().get(axis) == 0;
    return untouched
        ? s.give(p, List.of(x.value(), s.part.whole(s.in(1))), x.layout())
        : s.together();
  }

  @Override
  public List<Placed> concatenate(Concat p, Site s) {
    if (s.in.stream().allMatch(Placed::isPartial)) {
      return s.alike(Layout.PARTIAL);
    }
    for (Placed x : s.in) {
      if (x.isRows()) {
        return x.hasRowsAt(p.axis()) ? s.together() : along(s, x.layout());
      }
    }
    return s.together();
  }

  // all inputs have these rows
  private static List<Placed> along(Site s, Layout rows) {
    List<Value> in = new ArrayList<>();
    for (Placed x : s.in) {
      in.add(rowsOf(s, x, rows.axis(), rows.factor()));
    }
    return s.give(s.node.primitive(), in, rows);
  }

  // rows even where the axis has size 1 on the whole: no such axis is divided
  private static Value rowsOf(Site s, Placed x, int axis, long factor) {
    return x.hasRowsAt(axis) && x.layout().factor() == factor
        ? x.value()
        : s.part.rows(s.part.whole(x), axis, factor);
  }

  @Override
  public List<Placed> dynamicSlice(DynamicSlice p, Site s) {
    Placed x = s.in(0);
    int axis = x.layout().axis();
    if (!x.isRows() || p.sizes().get(axis) != x.whole().dim(axis)) {
      return s.together();
    }
    LongList sizes = with(p.sizes(), axis, x.value().spec().dim(axis));
    return s.give(new DynamicSlice(sizes), List.of(x.value(), s.part.whole(s.in(1))), x.layout());
  }

  @Override
  public List<Placed> dynamicUpdateSlice(DynamicUpdateSlice p, Site s) {
    for (int i = 0; i < 2; i++) {
      Placed x = s.in(i);
      int axis = x.layout().axis();
      if (x.isRows() && s.in(0).whole().dim(axis) == s.in(1).whole().dim(axis)) {
        long factor = x.layout().factor();
        return s.give(
            p,
            List.of(
                rowsOf(s, s.in(0), axis, factor),
                rowsOf(s, s.in(1), axis, factor),
                s.part.whole(s.in(2))),
            x.layout());
      }
    }
    return s.together();
  }

  // ---- indices

  @Override
  public List<Placed> take(Take p, Site s) {
    Placed x = s.in(0);
    Placed i = s.in(1);
    if (i.isRows()) {
      Layout rows = i.layout().at(p.axis() + i.layout().axis());
      return s.give(p, List.of(s.part.whole(x), i.value()), rows);
    }
    if (x.isRows() && x.layout().axis() != p.axis()) {
      int axis = x.layout().axis();
      Layout rows = x.layout().at(axis < p.axis() ? axis : axis - 1 + i.rank());
      return s.give(p, List.of(x.value(), s.part.whole(i)), rows);
    }
    return s.together();
  }

  @Override
  public List<Placed> gatherNd(GatherNd p, Site s) {
    Placed x = s.in(0);
    Placed i = s.in(1);
    if (i.isRows() && i.layout().axis() < i.rank() - 1) {
      int axis = i.layout().axis();
      Value from = axis < p.batchDims() ? rowsOf(s, x, axis, i.layout().factor()) : s.part.whole(x);
      return s.give(p, List.of(from, i.value()), i.layout());
    }
    if (x.isRows() && x.layout().axis() < p.batchDims()) {
      int axis = x.layout().axis();
      return s.give(p, List.of(x.value(), rowsOf(s, i, axis, x.layout().factor())), x.layout());
    }
    return s.together();
  }

  @Override
  public List<Placed> scatterNd(ScatterNd p, Site s) {
    Placed i = s.in(1);
    Placed u = s.in(2);
    Placed by = i.isRows() ? i : u;
    int axis = by.layout().axis();
    if (p.kind() != ScatterKind.ADD || !by.isRows() || axis >= i.rank() - 1) {
      return s.together();
    }
    // the updates of each process by themselves, which are summed
    long factor = by.layout().factor();
    Value indices = rowsOf(s, i, axis, factor);
    Value updates = rowsOf(s, u, axis, factor);
    Placed x = s.in(0);
    Value start = x.isPartial() ? x.value() : s.part.term(s.part.whole(x));
    return s.give(p, List.of(start, indices, updates), Layout.PARTIAL);
  }

  // ---- folds

  @Override
  public List<Placed> reduce(Reduce p, Site s) {
    Placed x = s.in(0);
    if (x.isPartial() && p.kind() == ReduceKind.SUM) {
      return s.alike(Layout.PARTIAL);
    }
    if (!x.isRows()) {
      return s.together();
    }
    int axis = x.layout().axis();
    if (!p.axes().contains(axis)) {
      return s.alike(x.layout().at(axis - before(p.axes(), axis)));
    }
    if (p.kind() == ReduceKind.SUM) {
      return s.alike(Layout.PARTIAL);
    }
    boolean bounds = p.kind() == ReduceKind.MAX || p.kind() == ReduceKind.MIN;
    DType t = x.whole().dtype();
    if (!bounds || t.isFloat() || t == DType.UINT64) {
      return s.together(); // of floats there may be a NaN, which a fold of memory need not keep
    }
    Value own = s.part.b.add1(p, x.value());
    Fold fold = p.kind() == ReduceKind.MAX ? Fold.MAX : Fold.MIN;
    Value all = s.part.exchanged(own, new Exchange.Folded(fold, s.whole(0)));
    return List.of(new Placed(all, Layout.WHOLE, s.whole(0)));
  }

  private static int before(IntList axes, int axis) {
    int n = 0;
    for (int i = 0; i < axes.size(); i++) {
      n += axes.get(i) < axis ? 1 : 0;
    }
    return n;
  }

  @Override
  public List<Placed> argReduce(ArgReduce p, Site s) {
    Layout l = s.in(0).layout();
    return l.isRows() && l.axis() != p.axis()
        ? s.alike(l.at(l.axis() - (p.axis() < l.axis() ? 1 : 0)))
        : s.together();
  }

  @Override
  public List<Placed> cumulative(Cumulative p, Site s) {
    Layout l = s.in(0).layout();
    return l.isRows() && l.axis() != p.axis() ? s.alike(l) : s.together();
  }

  private static boolean leaves(Window w, int axis) {
    return w.size().get(axis) == 1
        && w.stride().get(axis) == 1
        && w.low().get(axis) == 0
        && w.high().get(axis) == 0;
  }

  @Override
  public List<Placed> reduceWindow(ReduceWindow p, Site s) {
    Layout l = s.in(0).layout();
    return l.isRows() && leaves(p.window(), l.axis()) ? s.alike(l) : s.together();
  }

  @Override
  public List<Placed> windowSelectAdd(WindowSelectAdd p, Site s) {
    for (Placed x : s.in) {
      if (x.isRows() && leaves(p.window(), x.layout().axis())) {
        return along(s, x.layout());
      }
    }
    return s.together();
  }

  // ---- products

  @Override
  public List<Placed> dotGeneral(DotGeneral p, Site s) {
    Placed a = s.in(0);
    Placed b = s.in(1);
    if (a.isRows()) {
      return product(s, true, p.lhsBatch(), p.lhsContract(), p.rhsBatch(), p.rhsContract());
    } else if (b.isRows()) {
      return product(s, false, p.rhsBatch(), p.rhsContract(), p.lhsBatch(), p.lhsContract());
    }
    boolean linear = a.isPartial() && b.isWhole() || a.isWhole() && b.isPartial();
    return linear ? s.alike(Layout.PARTIAL) : s.together();
  }

  // by the rows of the first or the second factor
  private static List<Placed> product(
      Site s,
      boolean first,
      IntList batch,
      IntList contract,
      IntList otherBatch,
      IntList otherContract) {
    Placed x = s.in(first ? 0 : 1);
    Placed y = s.in(first ? 1 : 0);
    int axis = x.layout().axis();
    long factor = x.layout().factor();
    int i = batch.indexOf(axis);
    int k = contract.indexOf(axis);
    Value other;
    Layout layout;
    if (i >= 0) {
      other = rowsOf(s, y, otherBatch.get(i), factor);
      layout = x.layout().at(i);
    } else if (k >= 0) {
      other = rowsOf(s, y, otherContract.get(k), factor);
      layout = Layout.PARTIAL;
    } else {
      other = s.part.whole(y);
      int free = axis - before(batch, axis) - before(contract, axis);
      int skipped = first ? 0 : y.rank() - otherBatch.size() - otherContract.size();
      layout = x.layout().at(batch.size() + skipped + free);
    }
    return s.give(
        s.node.primitive(), first ? List.of(x.value(), other) : List.of(other, x.value()), layout);
  }

  @Override
  public List<Placed> conv(Conv p, Site s) {
    return s.in(0).hasRowsAt(0)
        ? s.give(p, List.of(s.in(0).value(), s.part.whole(s.in(1))), s.in(0).layout())
        : s.together();
  }

  @Override
  public List<Placed> convInputGrad(ConvInputGrad p, Site s) {
    Placed g = s.in(0);
    if (!g.hasRowsAt(0) || p.input().dim(0) != g.whole().dim(0)) {
      return s.together();
    }
    Shape local = p.input().with(0, g.value().spec().dim(0));
    return s.give(
        new ConvInputGrad(p.conv(), local), List.of(g.value(), s.part.whole(s.in(1))), g.layout());
  }

  @Override
  public List<Placed> convKernelGrad(ConvKernelGrad p, Site s) {
    for (Placed x : s.in) {
      if (x.hasRowsAt(0)) {
        long factor = x.layout().factor();
        return s.give(
            p,
            List.of(rowsOf(s, s.in(0), 0, factor), rowsOf(s, s.in(1), 0, factor)),
            Layout.PARTIAL);
      }
    }
    return s.together();
  }

  // ---- what works on the last axes of each sample

  @Override
  public List<Placed> sort(Sort p, Site s) {
    for (Placed x : s.in) {
      if (x.isRows() && x.layout().axis() != p.axis()) {
        return along(s, x.layout());
      }
    }
    return s.together();
  }

  private static List<Placed> stacked(Site s, int axes) {
    for (Placed x : s.in) {
      if (x.isRows() && x.layout().axis() < x.rank() - axes) {
        return along(s, x.layout());
      }
    }
    return s.together();
  }

  @Override
  public List<Placed> topK(TopK p, Site s) {
    return stacked(s, 1);
  }

  @Override
  public List<Placed> fft(Fft p, Site s) {
    return stacked(s, p.lengths().size());
  }

  @Override
  public List<Placed> cholesky(Cholesky p, Site s) {
    return stacked(s, 2);
  }

  @Override
  public List<Placed> triangularSolve(TriangularSolve p, Site s) {
    return stacked(s, 2);
  }

  @Override
  public List<Placed> lu(Lu p, Site s) {
    return stacked(s, 2);
  }

  @Override
  public List<Placed> qr(Qr p, Site s) {
    return stacked(s, 2);
  }

  @Override
  public List<Placed> svd(Svd p, Site s) {
    return stacked(s, 2);
  }

  @Override
  public List<Placed> eigh(Eigh p, Site s) {
    return stacked(s, 2);
  }

  @Override
  public List<Placed> eig(Eig p, Site s) {
    return stacked(s, 2);
  }

  // ---- graphs inside

  @Override
  public List<Placed> caseOf(Case p, Site s) {
    return s.together();
  }

  @Override
  public List<Placed> whileLoop(While p, Site s) {
    return s.together();
  }

  @Override
  public List<Placed> scan(Scan p, Site s) {
    return s.allWhole() ? s.together() : new Loop(p, s).placed();
  }

  @Override
  public List<Placed> hostCall(HostCall p, Site s) {
    return s.together();
  }

  @Override
  public List<Placed> composite(Composite p, Site s) {
    return s.allWhole() ? s.together() : Kernels.placed(p, s);
  }
}
