package org.keras4j.backend.pytorch.claims;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keras4j.backend.pytorch.script.Literals;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;

/** Places in sorted vectors, and membership: by search where the bodies compare each with each. */
final class NumpyClaims {
  private static final Set<DType> TYPES = Set.of(
      DType.FLOAT32, DType.FLOAT64, DType.INT8, DType.INT16, DType.INT32, DType.INT64, DType.UINT8);
  private static final String INFINITY = Literals.number(Double.POSITIVE_INFINITY);

  static final Map<String, Claim> ALL = Map.of(
      Composites.SEARCH_SORTED.name(), new SearchSorted(),
      Composites.IS_IN.name(), new IsIn(),
      Composites.NAN_TO_NUM.name(), new NanToNum());

  private NumpyClaims() {}

  private static final class SearchSorted implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return TYPES.contains(in.get(0).dtype());
    }

    @Override
    public List<Term> write(Call call) {
      Script s = call.script();
      boolean right = call.attributes().get(Composites.RIGHT);
      String vector = call.full(0);
      String values = call.full(1);
      String rest = ", out_int32=True, right=" + (right ? "True" : "False") + ")";
      if (!call.in(0).dtype().isFloat()) {
        return List.of(
            Term.of(s.let("torch.searchsorted(" + vector + ", " + values + rest), call.out(0)));
      }
      // the search takes a NaN for less than all: it goes by infinity, and no farther than there
      // are numbers
      String nan = s.let("torch.isnan(" + vector + ")");
      String known = s.let("torch.masked_fill(" + vector + ", " + nan + ", " + INFINITY + ")");
      String count =
          s.let("torch.sum(torch.logical_not(" + nan + "), dtype=" + s.code(DType.INT32) + ")");
      String r = s.let(
          "torch.minimum(torch.searchsorted(" + known + ", " + values + rest + ", " + count + ")");
      if (right) {
        r = s.let("torch.masked_fill(" + r + ", torch.isnan(" + values + "), "
            + s.size(call.in(0).shape().dim(0)) + ")");
      }
      return List.of(Term.of(r, call.out(0)));
    }
  }

  private static final class IsIn implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return TYPES.contains(in.get(0).dtype());
    }

    @Override
    public List<Term> write(Call call) {
      String r = call.script().let("torch.isin(" + call.full(0) + ", " + call.full(1) + ")");
      return List.of(Term.of(r, call.out(0)));
    }
  }

  private static final class NanToNum implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return Claims.isSingleOrDouble(in.get(0));
    }

    @Override
    public List<Term> write(Call call) {
      Attributes a = call.attributes();
      String r = call.script()
          .let("torch.nan_to_num(" + call.full(0) + ", nan="
              + Literals.number(a.get(Composites.NAN)) + ", posinf="
              + Literals.number(a.get(Composites.POSINF)) + ", neginf="
              + Literals.number(a.get(Composites.NEGINF)) + ")");
      return List.of(Term.of(r, call.out(0)));
    }
  }
}
