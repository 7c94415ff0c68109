package org.keras4j.tck.draws;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** Makes arguments wrong: other ranks, sizes, dtypes, axes, words, or nothing at all. */
public final class Spoiler {
  private Spoiler() {}

  /** The call with one or two of its arguments, or what is inside them, replaced. */
  public static Draw spoiled(Draw draw, Dice d) {
    List<@Nullable Object> args = new ArrayList<>(draw.args());
    Map<String, @Nullable Object> kwargs = new LinkedHashMap<>(draw.kwargs());
    int times = d.in(1, 2);
    for (int i = 0; i < times && args.size() + kwargs.size() > 0; i++) {
      int at = d.in(0, args.size() + kwargs.size() - 1);
      if (at < args.size()) {
        args.set(at, spoiled(args.get(at), d));
      } else {
        String name = new ArrayList<>(kwargs.keySet()).get(at - args.size());
        kwargs.put(name, spoiled(kwargs.get(name), d));
      }
    }
    return new Draw(args, kwargs, draw.byValues());
  }

  private static @Nullable Object spoiled(@Nullable Object v, Dice d) {
    if (d.rarely(12)) {
      return any(d);
    }
    if (v instanceof NDArray a && a.dtype() != DType.STRING) {
      return array(a, d);
    } else if (v instanceof Boolean b) {
      return d.one((Object) !b, 3);
    } else if (v instanceof Number) {
      return d.one((Object) (-1), 0, 1, 7, -7, 2.5, Double.NaN, 60, "1");
    } else if (v instanceof String) {
      return d.one((Object) "nonsense", "", 3, "float32", "->");
    } else if (v instanceof List<?> l) {
      return list(l, d);
    }
    return v;
  }

  private static @Nullable Object any(Dice d) {
    return d.one(
        null,
        -1,
        List.of(),
        List.of(1, -1),
        "nonsense",
        NDArray.zeros(DType.FLOAT32, Shape.of(0)),
        NDArray.zeros(DType.COMPLEX64, Shape.of(2, 2)),
        NDArray.ofStrings(new String[] {"a", "b"}, Shape.of(2)),
        Map.of("a", 1));
  }

  private static NDArray array(NDArray a, Dice d) {
    long[] s = a.shape().toArray();
    switch (d.in(0, 7)) {
      case 0: // one axis more
        return NDArray.zeros(a.dtype(), Shape.of(Dice.join(s, d.in(0, 2))));
      case 1: // one axis less
        return NDArray.zeros(a.dtype(), Shape.of(Arrays.copyOf(s, Math.max(0, s.length - 1))));
      case 2:
        return NDArray.zeros(a.dtype(), Shape.SCALAR);
      case 3: // another size of an axis
        return s.length == 0
            ? NDArray.zeros(a.dtype(), Shape.of(0))
            : NDArray.zeros(a.dtype(), Shape.of(Dice.changed(s, d.axis(s), d.in(0, 7))));
      case 4:
        return NDArray.zeros(a.dtype(), Shape.of(0, 3));
      case 5:
        return a.astype(
            d.one(DType.BOOL, DType.INT8, DType.UINT32, DType.FLOAT16, DType.COMPLEX64));
      case 6: // many axes
        return NDArray.zeros(a.dtype(), Shape.of(1, 2, 1, 2, 1, 2, 1));
      default: // values that are no indices
        NDArray out = NDArray.zeros(a.dtype(), a.shape());
        for (int i = 0; i < out.size(); i++) {
          out.setDouble(i, d.one(-100.0, 100.0, 1e6));
        }
        return out;
    }
  }

  private static Object list(List<?> l, Dice d) {
    List<@Nullable Object> out = new ArrayList<>(l);
    if (out.isEmpty() || d.rarely(4)) {
      out.add(d.one((Object) 1, -1, "x"));
    } else if (d.rarely(3)) {
      out.remove(d.in(0, out.size() - 1));
    } else {
      int at = d.in(0, out.size() - 1);
      out.set(at, spoiled(out.get(at), d));
    }
    return Collections.unmodifiableList(out);
  }
}
