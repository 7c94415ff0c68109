package org.keras4j.training.losses;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;

/** A loss made of a function, called on targets and predictions of the same rank. */
abstract class PairwiseLoss<S extends PairwiseLoss<S>> extends FluentLoss<S> {
  PairwiseLoss() {}

  PairwiseLoss(String name) {
    super(name);
  }

  abstract Tensor compute(Object yTrue, Object yPred);

  @Override
  protected final Tensor call(Object yTrue, Object yPred) {
    if (yTrue instanceof Tensor t && yPred instanceof Tensor p) {
      Reduction.Pair pair = Reduction.sameRank(t, p);
      return compute(pair.first(), pair.second());
    }
    List<@Nullable Object> ts = Nest.flatten(yTrue);
    List<@Nullable Object> ps = Nest.flatten(yPred);
    if (ts.size() != ps.size()) {
      throw new IllegalArgumentException(
          "Loss '" + name() + "': expected targets structured as the predictions, got " + ts.size()
              + " and " + ps.size() + " tensors");
    }
    List<Tensor> a = new ArrayList<>();
    List<Tensor> b = new ArrayList<>();
    for (int i = 0; i < ts.size(); i++) {
      Reduction.Pair pair = Reduction.sameRank((Tensor) ts.get(i), (Tensor) ps.get(i));
      a.add(pair.first());
      b.add(pair.second());
    }
    return compute(
        Objects.requireNonNull(Nest.pack(yTrue, a)), Objects.requireNonNull(Nest.pack(yPred, b)));
  }
}
