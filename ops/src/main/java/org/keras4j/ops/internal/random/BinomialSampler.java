package org.keras4j.ops.internal.random;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.internal.arguments.Dimensions;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

/**
 * Binomially distributed numbers. Where few successes are expected, the distribution function is summed
 * up to a uniform number; elsewhere by Hörmann's transformed rejection BTRS (J. Stat. Comput. Simul. 46,
 * 1993), of whose fixed number of proposals the first accepted one is taken. All in float64, in which it does
 * not depend on the last digits of a backend's logarithm which proposal that is.
 */
public final class BinomialSampler {
  private static final double FEW = 10;
  // with 10 expected successes more than this many are less likely than 10^-20
  private static final int MOST_OF_FEW = 64;
  private static final int ROUNDS = 16;

  private BinomialSampler() {}

  /** The numbers; they, counts and probabilities, which broadcast to the shape, are of float64. */
  public static Tensor sample(Tensor key, Dimensions shape, Tensor counts, Tensor probabilities) {
    Tensor words = RandomWords.words(key, shape.and(2 * ROUNDS + 1));
    Tensor u = open(words, 2 * ROUNDS);
    Tensor zero = Prims.zerosLike(u);
    Tensor n = Prims.add(counts, zero);
    Tensor given = Prims.add(probabilities, zero);
    // of the rarer outcome
    Tensor flip = Prims.gt(given, Prims.scalarLike(given, 0.5));
    Tensor p = Prims.select(flip, Prims.sub(1, given), given);
    Tensor few = Prims.lt(Prims.mul(n, p), Prims.scalarLike(p, FEW));
    Tensor safeN = Prims.select(few, Prims.fullLike(n, 4 * FEW), n);
    Tensor safeP = Prims.select(few, Prims.fullLike(p, 0.5), p);
    Tensor k = Prims.select(few, inverted(u, n, p), rejected(words, safeN, safeP));
    return Prims.stopGradient(Prims.select(flip, Prims.sub(n, k), k));
  }

  // how many terms of the distribution function u exceeds
  private static Tensor inverted(Tensor u, Tensor n, Tensor p) {
    Tensor odds = Prims.div(p, Prims.sub(1, p));
    Tensor none = Prims.exp(Prims.mul(n, Prims.unary(UnaryKind.LOG1P, Prims.neg(p))));
    Tensor zero = Prims.zerosLike(u);
    // carries: successes counted, their number as it grows, its probability, the sum of
    // probabilities
    List<Tensor> in = List.of(zero, Prims.scalarLike(u, 0), none, none, u, n, odds);
    List<TensorSpec> specs = new ArrayList<>();
    in.forEach(t -> specs.add(t.spec()));
    Graph body = Trace.subgraph(specs, new ArrayList<>(), c -> {
      Tensor step = c.get(1);
      Tensor beyond = Prims.gt(c.get(4), c.get(3));
      Tensor more = Prims.add(c.get(0), Prims.convert(beyond, step.dtype()));
      Tensor left = Prims.max(Prims.sub(c.get(5), step), Prims.scalarLike(step, 0));
      Tensor next = Prims.add(step, 1);
      Tensor term = Prims.mul(Prims.mul(c.get(2), Prims.div(left, next)), c.get(6));
      return List.of(more, next, term, Prims.add(c.get(3), term));
    });
    Tensor k = Engine.bind(new Scan(body, 4, 0, MOST_OF_FEW, false), in).get(0);
    return Prims.min(k, n);
  }

  private static Tensor rejected(Tensor words, Tensor n, Tensor p) {
    Tensor q = Prims.sub(1, p);
    Tensor spread = Prims.sqrt(Prims.mul(Prims.mul(n, p), q));
    Tensor b = Prims.add(Prims.mul(spread, 2.53), 1.15);
    Tensor a = Prims.add(Prims.add(Prims.mul(b, 0.0248), Prims.mul(p, 0.01)), -0.0873);
    Tensor center = Prims.add(Prims.mul(n, p), 0.5);
    Tensor inner = Prims.sub(0.92, Prims.div(4.2, b));
    Tensor alpha = Prims.mul(Prims.add(Prims.div(5.1, b), 2.83), spread);
    Tensor mode = floor(Prims.mul(Prims.add(n, 1), p));
    Tensor odds = Prims.div(p, q);
    Tensor k = null;
    for (int i = ROUNDS - 1; i >= 0; i--) {
      Tensor u = Prims.sub(open(words, 2 * i), 0.5);
      Tensor v = open(words, 2 * i + 1);
      Tensor us = Prims.sub(0.5, Prims.abs(u));
      Tensor proposal =
          floor(Prims.add(Prims.mul(Prims.add(Prims.div(Prims.mul(a, 2), us), b), u), center));
      Tensor within =
          Prims.and(Prims.ge(proposal, Prims.scalarLike(proposal, 0)), Prims.le(proposal, n));
      Tensor surely = Prims.and(Prims.ge(us, Prims.scalarLike(us, 0.07)), Prims.le(v, inner));
      Tensor at = Prims.select(within, proposal, mode);
      Tensor height =
          Prims.log(Prims.div(Prims.mul(v, alpha), Prims.add(Prims.div(a, Prims.square(us)), b)));
      Tensor accepted =
          Prims.and(within, Prims.or(surely, Prims.le(height, logRatio(n, odds, mode, at))));
      k = k == null ? at : Prims.select(accepted, at, k);
    }
    return Objects.requireNonNull(k);
  }

  // the logarithm of how much likelier k is than the mode
  private static Tensor logRatio(Tensor n, Tensor odds, Tensor mode, Tensor k) {
    Tensor restOfMode = Prims.add(Prims.sub(n, mode), 1);
    Tensor rest = Prims.add(Prims.sub(n, k), 1);
    Tensor t1 = Prims.mul(
        Prims.add(mode, 0.5),
        Prims.log(Prims.div(Prims.add(mode, 1), Prims.mul(odds, restOfMode))));
    Tensor t2 = Prims.mul(Prims.add(n, 1), Prims.log(Prims.div(restOfMode, rest)));
    Tensor t3 =
        Prims.mul(Prims.add(k, 0.5), Prims.log(Prims.div(Prims.mul(odds, rest), Prims.add(k, 1))));
    Tensor s1 = Prims.add(stirling(mode), stirling(Prims.sub(n, mode)));
    Tensor s2 = Prims.add(stirling(k), stirling(Prims.sub(n, k)));
    return Prims.add(Prims.add(Prims.add(t1, t2), t3), Prims.sub(s1, s2));
  }

  // log(k!) less Stirling's formula for it
  private static Tensor stirling(Tensor k) {
    Tensor k1 = Prims.add(k, 1);
    Tensor inverse = Prims.div(1, k1);
    Tensor square = Prims.square(inverse);
    Tensor series = Prims.mul(
        Prims.sub(1.0 / 12, Prims.mul(square, Prims.sub(1.0 / 360, Prims.mul(square, 1.0 / 1260)))),
        inverse);
    // the series is off for small numbers, whose logarithms of factorials are exact
    Tensor lgamma = Prims.unary(UnaryKind.LGAMMA, k1);
    Tensor formula = Prims.add(
        Prims.sub(Prims.mul(Prims.add(k, 0.5), Prims.log(k1)), k1), 0.5 * Math.log(2 * Math.PI));
    return Prims.select(Prims.lt(k, Prims.scalarLike(k, 10)), Prims.sub(lgamma, formula), series);
  }

  private static Tensor open(Tensor words, int i) {
    return Prims.convert(RandomWords.open(RandomWords.part(words, i)), DType.FLOAT64);
  }

  private static Tensor floor(Tensor x) {
    return Prims.unary(UnaryKind.FLOOR, x);
  }
}
