package org.keras4j.ops.internal.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.context.Context;

/**
 * Results on symbolic tensors of code that reckons with their sizes, as Java numbers. Where it does not work with unknown ones, it
 * is traced for known sizes of several kinds: a size of the result that is the same for all is known.
 */
public final class ProbedSizes {
  // what stands for unknown sizes in one try after the other, by axis: primes, so that what code
  // multiplies them by shows, another for each axis, in both orders, so that comparisons show, and
  // small ones as well, so that bounds show
  private static final int[][] TRIES = {
    {1009, 1013, 1019, 1021}, {1049, 1039, 1033, 1031}, {17, 19, 23, 29}
  };
  // so many must work; small sizes may be too small, for a window for instance
  private static final int NEEDED = 2;

  // the number of the try, from 1 on; 0 where sizes are unknown
  private static final Context.Key<Integer> NOW = Context.Key.inherited("sizes that are not known");

  private ProbedSizes() {}

  /**
   * The result of code.
   *
   * @param arguments a nested structure of symbolic tensors and whatever else
   * @param run gives the result for arguments, its tensors symbolic
   * @return what {@code run} gives for the arguments, or else what its results for known sizes have in common
   */
  public static @Nullable Object result(Object arguments, UnaryOperator<@Nullable Object> run) {
    if (Nest.flatten(arguments).stream().noneMatch(ProbedSizes::isOpen)) {
      return run.apply(arguments);
    }
    try {
      return NOW.with(0, () -> run.apply(arguments));
    } catch (RuntimeException e) {
      Object probed = probed(arguments, run);
      // fails again, with the sizes that the writer of the code knows; or without suspicion it does
      // not
      return probed != null ? probed : run.apply(arguments);
    }
  }

  /** Whether an empty range is one up to a size that is not known: -1, or what was made of it. */
  public static boolean suspectsEmptyRanges() {
    Integer now = NOW.get();
    return now != null && now == 0;
  }

  /** Whether known sizes stand for unknown ones now. */
  public static boolean areStandIns() {
    Integer now = NOW.get();
    return now != null && now > 0;
  }

  /** A shape that weights may be made for: with unknown sizes where it has what stands for them now. */
  public static Shape forWeights(Shape shape) {
    Integer now = NOW.get();
    Shape s = shape;
    for (int i = 0; now != null && now > 0 && i < s.rank(); i++) {
      long size = s.dim(i);
      boolean standsIn =
          size > 0 && Arrays.stream(TRIES[now - 1]).anyMatch(prime -> size % prime == 0);
      s = standsIn ? s.with(i, Shape.UNKNOWN) : s;
    }
    return s;
  }

  private static boolean isOpen(@Nullable Object x) {
    return x instanceof KerasTensor k && !k.isSparse() && !k.shape().isKnown();
  }

  private static @Nullable Object probed(Object arguments, UnaryOperator<@Nullable Object> run) {
    List<Object> results = new ArrayList<>();
    for (int t = 1; t <= TRIES.length; t++) {
      int[] sizes = TRIES[t - 1];
      Map<Tensor, KerasTensor> filled = new IdentityHashMap<>();
      Object known =
          Nest.map(arguments, x -> x instanceof KerasTensor k ? filled(k, sizes, filled) : x);
      try {
        results.add(Objects.requireNonNull(NOW.with(t, () -> run.apply(known))));
      } catch (RuntimeException e) {
        if (t <= NEEDED) {
          return null;
        }
      }
    }
    Object first = results.get(0);
    List<Object> out = new ArrayList<>(Nest.flatten(first));
    for (Object other : results.subList(1, results.size())) {
      if (!Nest.sameStructure(first, other)) {
        return null;
      }
      List<Object> others = Nest.flatten(other);
      for (int i = 0; i < out.size(); i++) {
        if (out.get(i) instanceof KerasTensor k && others.get(i) instanceof KerasTensor l) {
          out.set(i, common(k, l));
        }
      }
    }
    return out.contains(null) ? null : Nest.pack(first, out);
  }

  private static KerasTensor filled(KerasTensor k, int[] sizes, Map<Tensor, KerasTensor> made) {
    KerasTensor known = made.get(k);
    if (known != null || k.isSparse()) {
      return known == null ? k : known;
    }
    Shape s = k.shape();
    for (int i = 0; i < s.rank(); i++) {
      s = s.dim(i) == Shape.UNKNOWN ? s.with(i, sizes[i % sizes.length]) : s;
    }
    KerasTensor f = new KerasTensor(k.spec().withShape(s), k.name(), false);
    made.put(k, f);
    if (k.kerasMask() instanceof KerasTensor m) {
      f.setKerasMask(filled(m, sizes, made));
    }
    return f;
  }

  private static @Nullable KerasTensor common(KerasTensor a, KerasTensor b) {
    if (a.shape().rank() != b.shape().rank()) {
      return null;
    }
    Shape s = a.shape();
    for (int i = 0; i < s.rank(); i++) {
      s = s.dim(i) == b.shape().dim(i) ? s : s.with(i, Shape.UNKNOWN);
    }
    KerasTensor out = new KerasTensor(a.spec().withShape(s), a.name(), a.isSparse());
    if (a.kerasMask() instanceof KerasTensor m && b.kerasMask() instanceof KerasTensor n) {
      out.setKerasMask(common(m, n));
    }
    return out;
  }
}
