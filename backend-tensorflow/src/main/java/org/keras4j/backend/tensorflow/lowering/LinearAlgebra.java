package org.keras4j.backend.tensorflow.lowering;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.backend.tensorflow.runtime.KernelCatalog;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.TriangularSolve;

/** Decompositions and solutions of (batches of) matrices. */
final class LinearAlgebra {
  private final TensorFlowOps o;

  LinearAlgebra(TensorFlowOps ops) {
    this.o = ops;
  }

  private static DType computed(String op, DType t) {
    return KernelCatalog.carrier(op, "T", t);
  }

  Term cholesky(Term x) {
    DType t = computed("Cholesky", x.dtype());
    Term y = o.call("Cholesky", x.shape(), t, o.cast(x, t));
    // what a failed decomposition leaves above the diagonal is arbitrary
    Term lower = o.call(
        "MatrixBandPart", x.shape(), t, y, o.scalar(DType.INT64, -1L), o.scalar(DType.INT64, 0L));
    return o.cast(lower, x.dtype());
  }

  Term triangularSolve(TriangularSolve p, Term a, Term b) {
    DType t = computed("MatrixTriangularSolve", a.dtype());
    Term matrix = o.cast(a, t);
    if (p.unitDiagonal()) {
      Shape diagonal = a.shape().without(-1);
      Term sizes = o.vector(o.dims(a, 0, a.rank() - 1));
      Term ones = o.fill(sizes, diagonal, o.scalar(t, 1L));
      matrix = o.call("MatrixSetDiag", a.shape(), t, matrix, ones);
    }
    if (p.transpose() && t.isComplex()) { // the operation has the adjoint only
      matrix = o.call("Conj", a.shape(), t, matrix);
    }
    OpCall call =
        new OpCall("MatrixTriangularSolve").flag("lower", p.lower()).flag("adjoint", p.transpose());
    return o.cast(o.call(call, b.shape(), t, matrix, o.cast(b, t)), b.dtype());
  }

  List<Term> qr(Term x, boolean full, List<TensorSpec> out) {
    DType t = computed("Qr", x.dtype());
    OpCall call = new OpCall("Qr").flag("full_matrices", full);
    return results(call, o.cast(x, t), t, out);
  }

  private List<Term> results(OpCall call, Term x, DType t, List<TensorSpec> out) {
    List<TensorSpec> specs = new ArrayList<>();
    out.forEach(s -> specs.add(s.withDType(t)));
    List<Term> y = o.target().apply(call, List.of(x), specs);
    List<Term> cast = new ArrayList<>();
    for (int i = 0; i < y.size(); i++) {
      cast.add(o.cast(y.get(i), out.get(i).dtype()));
    }
    return cast;
  }

  List<Term> svd(Term x, boolean full, List<TensorSpec> out) {
    DType t = computed("Svd", x.dtype());
    Shape vh = out.get(2).shape();
    Shape v = vh.with(-1, vh.dim(-2)).with(-2, vh.dim(-1));
    OpCall call = new OpCall("Svd").flag("full_matrices", full);
    List<Term> suv = o.target()
        .apply(
            call,
            List.of(o.cast(x, t)),
            List.of(out.get(1).withDType(t), out.get(0).withDType(t), new TensorSpec(v, t)));
    Term adjoint = swapped(suv.get(2));
    if (t.isComplex()) {
      adjoint = o.call("Conj", adjoint.shape(), t, adjoint);
    }
    Term s = new Elementwise(o).convert(suv.get(0), out.get(1).dtype());
    return List.of(o.cast(suv.get(1), x.dtype()), s, o.cast(adjoint, x.dtype()));
  }

  private Term swapped(Term x) {
    int[] p = new int[x.rank()];
    for (int i = 0; i < p.length; i++) {
      p[i] = i;
    }
    p[p.length - 1] = p.length - 2;
    p[p.length - 2] = p.length - 1;
    return o.transpose(x, p);
  }

  List<Term> eigh(Term x, List<TensorSpec> out) {
    DType t = computed("SelfAdjointEigV2", x.dtype());
    return results(new OpCall("SelfAdjointEigV2"), o.cast(x, t), t, out);
  }

  List<Term> eig(Term x, List<TensorSpec> out) {
    DType t = computed("Eig", x.dtype());
    DType c = out.get(0).dtype();
    OpCall call = new OpCall("Eig").dtype("Tout", c);
    return results(call, o.cast(x, t), c, out);
  }

  /**
   * The decomposition with partial pivoting, column by column: TensorFlow's own takes neither singular nor
   * rectangular matrices.
   */
  List<Term> lu(Term x, List<TensorSpec> out) {
    DType t = computed("Lu", x.dtype());
    Shape s = x.shape();
    int r = s.rank();
    Shape flat = Shape.of(s.slice(0, r - 2).size(), s.dim(-2), s.dim(-1));
    Term a = o.reshape(o.cast(x, t), flat, () -> {
      Term n = o.scalar(1);
      for (Term d : o.dims(x, 0, r - 2)) {
        n = o.mul(n, d);
      }
      return List.of(n, o.dim(x, r - 2), o.dim(x, r - 1));
    });
    Term steps = o.min(o.dim(a, 1), o.dim(a, 2));
    Shape rows = Shape.of(flat.dim(0), flat.dim(1));
    Term permutation =
        o.broadcastTo(range(o, o.dim(a, 1), flat.dim(1)), rows, o.vector(o.dims(a, 0, 2)));
    Shape least = Shape.of(flat.dim(0), out.get(1).shape().last());
    Term pivots = o.fill(o.vector(List.of(o.dim(a, 0), steps)), least, o.scalar(0));
    List<Term> last = o.target()
        .loop(
            List.of(o.scalar(0), steps, a, permutation, pivots),
            (b, v) -> List.of(b.compare("Less", v.get(0), v.get(1))),
            LinearAlgebra::eliminate);
    Term packed = o.reshape(last.get(2), s, () -> o.dims(x, 0, r));
    Term perm = o.reshape(last.get(3), out.get(2).shape(), () -> o.dims(x, 0, r - 1));
    Term pivot = o.reshape(last.get(4), out.get(1).shape(), () -> {
      List<Term> d = o.dims(x, 0, r - 2);
      d.add(steps);
      return d;
    });
    return List.of(o.cast(packed, x.dtype()), pivot, perm);
  }

  private static Term range(TensorFlowOps o, Term n, long known) {
    return o.call("Range", Shape.of(known), DType.INT32, o.scalar(0), n, o.scalar(1));
  }

  /** One step: the largest element of column j below the diagonal becomes the pivot. */
  private static List<Term> eliminate(TensorFlowOps o, List<Term> state) {
    Term j = state.get(0);
    Term a = state.get(2);
    DType t = a.dtype();
    Shape s = a.shape();
    Term zero = o.scalar(t, 0L);
    Term i = range(o, o.dim(a, 1), s.dim(1));
    Term columns = range(o, o.dim(a, 2), s.dim(2));
    Elementwise e = new Elementwise(o);
    Term size = e.unary(org.keras4j.core.primitive.UnaryKind.ABS, column(o, a, j));
    Term below = o.compare("GreaterEqual", i, j);
    Term candidates = o.select(below, size, o.scalar(size.dtype(), -1.0));
    Term p = new Reductions(o).argReduce(true, candidates, 1);
    Term at = o.expand(p, 1);
    // rows j and p change places
    Term row = o.select(o.compare("Equal", i, j), at, o.select(o.compare("Equal", i, at), j, i));
    a = gatherRows(o, a, row);
    Term permutation = gatherRows(o, state.get(3), row);
    Term pivots = state.get(4);
    Term k = range(o, o.dim(pivots, 1), pivots.dim(1));
    pivots = o.select(o.compare("Equal", k, j), at, pivots);
    Term top = o.call("GatherV2", Shape.of(s.dim(0), s.dim(2)), t, a, j, o.scalar(1));
    Term pivot = o.expand(column(o, top, j), 1);
    Term under = o.compare("Greater", i, j);
    Term exists = o.compare("NotEqual", pivot, zero);
    Term safe = o.select(exists, pivot, o.scalar(t, 1L));
    Term factors = o.select(o.and(under, exists), o.binary("RealDiv", column(o, a, j), safe), zero);
    Term rest = o.select(o.compare("Greater", columns, j), top, zero);
    Term f = o.expand(factors, 2);
    a = o.sub(a, o.mul(f, o.expand(rest, 1)));
    Term here = o.and(o.expand(o.and(under, exists), 2), o.compare("Equal", columns, j));
    a = o.select(here, f, a);
    return List.of(o.add(j, o.scalar(1)), state.get(1), a, permutation, pivots);
  }

  private static Term column(TensorFlowOps o, Term x, Term j) {
    int last = x.rank() - 1;
    return o.call("GatherV2", x.shape().without(-1), x.dtype(), x, j, o.scalar(last));
  }

  private static Term gatherRows(TensorFlowOps o, Term x, Term rows) {
    OpCall call = new OpCall("GatherV2").number("batch_dims", 1);
    return o.call(call, x.shape(), x.dtype(), x, rows, o.scalar(1));
  }
}
