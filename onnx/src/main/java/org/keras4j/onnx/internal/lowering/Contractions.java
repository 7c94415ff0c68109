package org.keras4j.onnx.internal.lowering;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.IntList;

/** Products of matrices, and of all that can be folded into matrices. */
final class Contractions {
  private final OnnxOps o;

  Contractions(OnnxOps ops) {
    this.o = ops;
  }

  Term dot(DotGeneral p, Term a, Term b, TensorSpec out) {
    DType result = out.dtype();
    boolean bytes = a.dtype().isInteger() && a.dtype().size() == 1 && result == DType.INT32;
    DType t = bytes ? a.dtype() : computed(a.dtype(), result);
    Term x = o.cast(a, t);
    Term y = o.cast(b, t);
    List<Integer> lead = list(p.lhsBatch());
    List<Integer> left = free(x, p.lhsBatch(), p.lhsContract());
    List<Integer> right = free(y, p.rhsBatch(), p.rhsContract());
    x = ordered(x, lead, left, list(p.lhsContract()));
    y = ordered(y, list(p.rhsBatch()), list(p.rhsContract()), right);
    int nb = lead.size();
    int summed = p.lhsContract().size();
    boolean simple = nb == 0 && summed == 1; // rows of any number of axes stay as they are
    Term m = simple ? x : folded(x, nb, left.size());
    Term n = simple && right.size() == 1 ? y : folded(y, nb, summed);
    Term product = product(m, n, t, bytes, simple ? left.size() : nb + 1, nb);
    List<Term> sizes = new ArrayList<>();
    lead.forEach(i -> sizes.add(o.size(a, i)));
    left.forEach(i -> sizes.add(o.size(a, i)));
    right.forEach(i -> sizes.add(o.size(b, i)));
    boolean done =
        product.rank() == out.rank() && right.size() == 1 && (simple || left.size() == 1);
    Term shaped = done
        ? new Term(product.name(), product.dtype(), out.shape(), null)
        : o.reshape(product, sizes);
    return o.cast(shaped, result);
  }

  private Term product(Term m, Term n, DType t, boolean bytes, int rows, int batch) {
    Shape s = m.shape().slice(0, rows).concat(Shape.of(n.shape().last()));
    for (int i = 0; i < batch; i++) {
      s = s.dim(i) < 0 ? s.with(i, n.dim(i)) : s;
    }
    return bytes ? o.call("MatMulInteger", DType.INT32, s, m, n) : o.call("MatMul", t, s, m, n);
  }

  // bfloat16 is summed in float32, small integers in larger ones
  private static DType computed(DType in, DType result) {
    if (in.isFloat()) {
      boolean wider = result.isFloat() && result.size() > in.size();
      return wider ? result : in.size() == 1 || in == DType.BFLOAT16 ? DType.FLOAT32 : in;
    }
    if (result.isFloat()) {
      return result.size() < 4 ? DType.FLOAT32 : result;
    }
    boolean wide =
        in.size() == 8 || result.size() == 8 || in == DType.UINT32 || result == DType.UINT32;
    return wide ? DType.INT64 : DType.INT32;
  }

  private static List<Integer> list(IntList l) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < l.size(); i++) {
      out.add(l.get(i));
    }
    return out;
  }

  private static List<Integer> free(Term x, IntList batch, IntList contract) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      if (!batch.contains(i) && !contract.contains(i)) {
        out.add(i);
      }
    }
    return out;
  }

  @SafeVarargs
  private Term ordered(Term x, List<Integer>... groups) {
    List<Integer> all = new ArrayList<>();
    for (List<Integer> g : groups) {
      all.addAll(g);
    }
    return o.transpose(x, all.stream().mapToInt(i -> i).toArray());
  }

  /** Folds the axes after the batch into two, the first {@code rows} of them and the rest. */
  private Term folded(Term x, int batch, int rows) {
    int rank = x.rank();
    if (rows == 1 && rank - batch == 2) {
      return x;
    }
    List<Term> sizes = o.sizes(x, 0, batch);
    sizes.add(o.product(o.sizes(x, batch, batch + rows)));
    sizes.add(o.product(o.sizes(x, batch + rows, rank)));
    return o.reshape(x, sizes);
  }
}
