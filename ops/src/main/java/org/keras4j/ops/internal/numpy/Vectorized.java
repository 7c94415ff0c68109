package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.batching.Batching;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.types.TensorFunction;

/**
 * A function of parts of its arguments, of which the last axes have names: applied to all parts that the
 * axes before them make, broadcast against each other.
 */
public final class Vectorized {
  private static final String NAME = "ops.vectorize";
  private static final Pattern ARGUMENT = Pattern.compile("\\(([\\w\\s,]*)\\)");

  private final TensorFunction<?> function;
  private final Set<Integer> excluded;
  private final @Nullable List<List<String>> ins;
  private final @Nullable List<List<String>> outs;

  public Vectorized(TensorFunction<?> function, Set<Integer> excluded, @Nullable String signature) {
    this.function = function;
    this.excluded = excluded;
    if (signature == null) {
      this.ins = null;
      this.outs = null;
      return;
    }
    String[] sides = signature.split("->", -1);
    if (sides.length != 2) {
      throw new IllegalArgumentException(
          NAME + ": expected a signature like '(m,n),(n)->(m)', got '" + signature + "'");
    }
    this.ins = axes(signature, sides[0]);
    this.outs = axes(signature, sides[1]);
  }

  private static List<List<String>> axes(String signature, String side) {
    List<List<String>> out = new ArrayList<>();
    Matcher m = ARGUMENT.matcher(side);
    while (m.find()) {
      String inner = m.group(1).replaceAll("\\s", "");
      out.add(inner.isEmpty() ? List.of() : List.of(inner.split(",")));
    }
    if (!m.reset().replaceAll("").replaceAll("[\\s,]", "").isEmpty()) {
      throw new IllegalArgumentException(
          NAME + ": expected a signature like '(m,n),(n)->(m)', got '" + signature + "'");
    }
    return out;
  }

  public @Nullable Object apply(@Nullable Object[] arguments) {
    List<Integer> places = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      if (!excluded.contains(i)) {
        places.add(i);
        tensors.add(ArrayLike.tensor(arguments[i]));
      }
    }
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException(NAME + ": expected at least one argument");
    }
    if (ins != null && ins.size() != tensors.size()) {
      throw new IllegalArgumentException(
          NAME + ": expected " + ins.size() + " arguments, got " + tensors.size());
    }
    Map<String, Long> sizes = new LinkedHashMap<>();
    Shape loop = Shape.SCALAR;
    for (int i = 0; i < tensors.size(); i++) {
      loop = Shape.broadcast(loop, outer(i, tensors.get(i).shape(), sizes));
    }
    Shape loops = loop;
    if (!loops.isKnown()) {
      throw new IllegalArgumentException(NAME + ": the axes " + loops + " must be known");
    }
    if (loops.rank() == 0) {
      Object result = call(arguments, places, tensors);
      check(result, sizes);
      return result;
    }
    List<Object> flat = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      Shape core = core(i, tensors.get(i).shape());
      Tensor all = Prims.broadcastTo(tensors.get(i), joined(loops, core));
      flat.add(Prims.reshape(all, joined(Shape.of(loops.size()), core)));
    }
    Object result = Batching.map(
        NAME,
        parts -> {
          List<Tensor> in = new ArrayList<>();
          ((List<?>) parts).forEach(p -> in.add((Tensor) p));
          Object out = call(arguments, places, in);
          check(out, sizes);
          return out;
        },
        flat);
    return Nest.map(result, r -> {
      Tensor t = (Tensor) r;
      return Prims.reshape(t, joined(loops, t.shape().slice(1)));
    });
  }

  private @Nullable Object call(
      @Nullable Object[] arguments, List<Integer> places, List<Tensor> tensors) {
    Object[] all = Arrays.copyOf(arguments, arguments.length, Object[].class);
    for (int i = 0; i < places.size(); i++) {
      all[places.get(i)] = tensors.get(i);
    }
    Object result = function.apply(all);
    return Nest.map(result, r -> r == null ? null : ArrayLike.tensor(r));
  }

  private static Shape joined(Shape a, Shape b) {
    long[] out = Arrays.copyOf(a.toArray(), a.rank() + b.rank());
    System.arraycopy(b.toArray(), 0, out, a.rank(), b.rank());
    return Shape.of(out);
  }

  private Shape core(int i, Shape s) {
    return s.slice(s.rank() - (ins == null ? 0 : ins.get(i).size()));
  }

  // the axes before the named ones, whose sizes are noted
  private Shape outer(int i, Shape s, Map<String, Long> sizes) {
    if (ins == null) {
      return s;
    }
    List<String> names = ins.get(i);
    if (s.rank() < names.size()) {
      throw new IllegalArgumentException(
          NAME + ": argument " + i + ": expected axes " + names + ", got shape " + s);
    }
    note(names, core(i, s), sizes, "argument " + i);
    return s.slice(0, s.rank() - names.size());
  }

  private static void note(List<String> names, Shape s, Map<String, Long> sizes, String what) {
    for (int k = 0; k < names.size(); k++) {
      Long before = sizes.putIfAbsent(names.get(k), s.dim(k));
      if (before != null && before != s.dim(k)) {
        throw new IllegalArgumentException(NAME + ": " + what + ": expected axis '" + names.get(k)
            + "' of size " + before + ", got shape " + s);
      }
    }
  }

  private void check(@Nullable Object result, Map<String, Long> sizes) {
    if (outs == null) {
      return;
    }
    List<Object> results = Nest.flatten(result);
    if (results.size() != outs.size()) {
      throw new IllegalArgumentException(
          NAME + ": expected " + outs.size() + " results, got " + results.size());
    }
    Map<String, Long> known = new LinkedHashMap<>(sizes);
    for (int i = 0; i < outs.size(); i++) {
      Shape s = ((Tensor) results.get(i)).shape();
      if (s.rank() != outs.get(i).size()) {
        throw new IllegalArgumentException(
            NAME + ": result " + i + ": expected axes " + outs.get(i) + ", got shape " + s);
      }
      note(outs.get(i), s, known, "result " + i);
    }
  }
}
