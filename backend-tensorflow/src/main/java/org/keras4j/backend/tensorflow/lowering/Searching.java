package org.keras4j.backend.tensorflow.lowering;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.spi.Site;

/** Places of values in a sorted vector, by TensorFlow's binary search. */
final class Searching {
  private static final Set<DType> TYPES =
      Set.of(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64);

  private Searching() {}

  static boolean takes(Composite c, List<TensorSpec> in) {
    return TYPES.contains(in.get(0).dtype())
        && in.get(0).shape().isKnown()
        && in.get(1).shape().isKnown();
  }

  static Term lower(TensorFlowOps o, Composite c, Site<Term> s) {
    boolean right = c.attributes().get(Composites.RIGHT);
    String op = right ? "UpperBound" : "LowerBound";
    Term vector = s.input(0);
    Term values = s.input(1);
    if (!s.in(0).dtype().isFloat()) {
      return search(o, op, vector, values);
    }
    // comparisons with a NaN are all false: it goes by infinity in the vector, and apart among the
    // values
    Term numbers = o.compare("Equal", vector, vector);
    Term infinity = o.scalar(s.in(0).dtype(), Double.POSITIVE_INFINITY);
    Term r = search(o, op, o.select(numbers, vector, infinity), values);
    Term count = o.reduce("Sum", o.cast(numbers, DType.INT32), false, 0);
    int n = Math.toIntExact(s.in(0).shape().dim(0));
    Term isNumber = o.compare("Equal", values, values);
    return o.select(isNumber, o.min(r, count), right ? o.scalar(n) : count);
  }

  private static Term search(TensorFlowOps o, String op, Term vector, Term values) {
    Shape flat = Shape.of(1, values.shape().size());
    Term row = o.reshape(vector, Shape.of(1, vector.shape().dim(0)));
    Term r = o.call(op, flat, DType.INT32, row, o.reshape(values, flat));
    return o.reshape(r, values.shape());
  }
}
