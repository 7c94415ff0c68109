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
    long n = s.in(0).shape().dim(0);
    Shape values = s.in(1).shape();
    Term vector = o.reshape(s.input(0), Shape.of(1, n));
    Term flat = o.reshape(s.input(1), Shape.of(1, values.size()));
    String op = right ? "UpperBound" : "LowerBound";
    Term r = o.reshape(o.call(op, Shape.of(1, values.size()), DType.INT32, vector, flat), values);
    if (!s.in(0).dtype().isFloat()) {
      return r;
    }
    // comparisons with a NaN are all false: it would be taken for the least value, and for equal
    // elements
    Term numbers = o.cast(o.compare("Equal", s.input(0), s.input(0)), DType.INT32);
    Term count = o.reduce("Sum", numbers, false, 0);
    Term isNumber = o.compare("Equal", s.input(1), s.input(1));
    return right
        ? o.select(isNumber, o.min(r, count), o.scalar((int) n))
        : o.select(isNumber, r, count);
  }
}
