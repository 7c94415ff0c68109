package org.keras4j.ops.internal.engine;

import java.util.ArrayList;
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
 * is traced for two sizes: a size of the result that is the same for both is known.
 */
public final class ProbedSizes {
  // two primes, so that what the code divides or multiplies them by shows
  private static final int[] SIZES = {83, 89};

  // what unknown sizes are now: 0 where they are unknown
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
      s = s.dim(i) > 0 && s.dim(i) % now == 0 ? s.with(i, Shape.UNKNOWN) : s;
    }
    return s;
  }

  private static boolean isOpen(@Nullable Object x) {
    return x instanceof KerasTensor k && !k.isSparse() && !k.shape().isKnown();
  }

  private static @Nullable Object probed(Object arguments, UnaryOperator<@Nullable Object> run) {
    List<Object> results = new ArrayList<>();
    for (int size : SIZES) {
      Map<Tensor, KerasTensor> filled = new IdentityHashMap<>();
      Object known =
          Nest.map(arguments, x -> x instanceof KerasTensor k ? filled(k, size, filled) : x);
      try {
        results.add(Objects.requireNonNull(NOW.with(size, () -> run.apply(known))));
      } catch (RuntimeException e) {
        return null;
      }
    }
    Object a = results.get(0);
    Object b = results.get(1);
    if (!Nest.sameStructure(a, b)) {
      return null;
    }
    List<Object> in = Nest.flatten(a);
    List<Object> out = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      Object x = in.get(i);
      Object y = Nest.flatten(b).get(i);
      out.add(x instanceof KerasTensor k && y instanceof KerasTensor l ? common(k, l) : x);
    }
    return out.contains(null) ? null : Nest.pack(a, out);
  }

  private static KerasTensor filled(KerasTensor k, int size, Map<Tensor, KerasTensor> made) {
    KerasTensor known = made.get(k);
    if (known != null || k.isSparse()) {
      return known == null ? k : known;
    }
    Shape s = k.shape();
    for (int i = 0; i < s.rank(); i++) {
      s = s.dim(i) == Shape.UNKNOWN ? s.with(i, size) : s;
    }
    KerasTensor f = new KerasTensor(k.spec().withShape(s), k.name(), false);
    made.put(k, f);
    if (k.kerasMask() instanceof KerasTensor m) {
      f.setKerasMask(filled(m, size, made));
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
