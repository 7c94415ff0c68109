package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** What gives as many results as its values say: computed on the host, and without a gradient but for the elements chosen. */
final class HostOperators {
  private HostOperators() {}

  static void add() {
    Operators.put("NonMaxSuppression", HostOperators::suppressed);
    Operators.put("NonZero", u -> {
      Shape s = Shape.of(u.in(0).rank(), -1);
      return host("NonZero", s, DType.INT64, a -> nonZero(a.get(0)), u.in(0));
    });
    Operators.put("Compress", HostOperators::compressed);
    Operators.put("Unique", HostOperators::unique);
  }

  private static List<Operand> host(
      String name, Shape shape, DType dtype, Function<List<NDArray>, NDArray> f, Operand... in) {
    List<NDArray> known = new ArrayList<>();
    List<Tensor> later = new ArrayList<>();
    for (Operand o : in) {
      NDArray a = o.array();
      if (a != null) {
        known.add(a);
      }
      later.add(o.tensor());
    }
    if (known.size() == in.length) {
      return List.of(Operand.of(f.apply(known)));
    }
    HostCall call = new HostCall(
        "onnx." + name, List.of(new TensorSpec(shape, dtype)), given -> List.of(f.apply(given)));
    return List.of(Operand.of(Engine.bind(call, later).get(0)));
  }

  private static boolean isSet(NDArray a, int i) {
    return a.dtype().isFloat() ? a.getDouble(i) != 0 : a.getLong(i) != 0;
  }

  /** The places of what is not 0, one column each. */
  private static NDArray nonZero(NDArray a) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      if (isSet(a, i)) {
        found.add(i);
      }
    }
    int rank = a.rank();
    NDArray out = NDArray.zeros(DType.INT64, Shape.of(rank, found.size()));
    for (int k = 0; k < found.size(); k++) {
      long rest = found.get(k);
      for (int d = rank - 1; d >= 0; d--) {
        long n = a.shape().dim(d);
        out.setLong(d * found.size() + k, rest % n);
        rest /= n;
      }
    }
    return out;
  }

  private static List<Operand> compressed(Use u) {
    Tensor x = u.t(0);
    int axis = u.has("axis") ? u.axis("axis", 0, x.rank()) : 0;
    Tensor from =
        u.has("axis") ? x : Sizes.reshape(x, List.of(ShapeOperators.product(x, 0, x.rank())));
    List<Operand> places = host(
        "Compress",
        Shape.of(-1),
        DType.INT64,
        a -> {
          NDArray found = nonZero(a.get(0));
          return found.reshape(found.size());
        },
        u.in(1));
    return List.of(Operand.of(Prims.take(from, places.get(0).tensor(), axis)));
  }

  private static List<Operand> unique(Use u) {
    NDArray x = u.in(0).array();
    if (x == null || u.has("axis") && x.rank() != 1) {
      throw new Unsupported(
          "unique slices, or unique elements of what is not known when the model is built");
    }
    boolean sorted = u.integer("sorted", 1) != 0;
    List<Integer> first = new ArrayList<>();
    int[] inverse = new int[x.size()];
    for (int i = 0; i < x.size(); i++) {
      int at = 0;
      while (at < first.size() && !same(x, first.get(at), i)) {
        at++;
      }
      if (at == first.size()) {
        first.add(i);
      }
      inverse[i] = at;
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      order.add(i);
    }
    if (sorted) {
      order.sort((a, b) -> compare(x, first.get(a), first.get(b)));
    }
    int n = first.size();
    int[] rank = new int[n];
    long[] places = new long[n];
    int[] rows = new int[n];
    for (int i = 0; i < n; i++) {
      rank[order.get(i)] = i;
      rows[i] = first.get(order.get(i));
      places[i] = rows[i];
    }
    long[] counts = new long[n];
    long[] back = new long[x.size()];
    for (int i = 0; i < x.size(); i++) {
      back[i] = rank[inverse[i]];
      counts[rank[inverse[i]]]++;
    }
    return List.of(
        Operand.of(x.reshape(x.size()).rows(rows)),
        Operand.of(NDArray.of(places, n)),
        Operand.of(NDArray.of(back, x.size())),
        Operand.of(NDArray.of(counts, n)));
  }

  private static int compare(NDArray x, int a, int b) {
    return x.dtype().isFloat()
        ? Double.compare(x.getDouble(a), x.getDouble(b))
        : Long.compare(x.getLong(a), x.getLong(b));
  }

  private static boolean same(NDArray x, int a, int b) {
    return x.dtype().isFloat() ? x.getDouble(a) == x.getDouble(b) : x.getLong(a) == x.getLong(b);
  }

  // ---- boxes

  private static List<Operand> suppressed(Use u) {
    long most = u.has(2) ? u.longs(2)[0] : 0;
    double overlap = u.has(3) ? value(u, 3) : 0;
    @Nullable Double least = u.has(4) ? (Double) value(u, 4) : null;
    boolean centers = u.integer("center_point_box", 0) != 0;
    return host(
        "NonMaxSuppression",
        Shape.of(-1, 3),
        DType.INT64,
        a -> suppressed(a.get(0), a.get(1), most, overlap, least, centers),
        u.in(0),
        u.in(1));
  }

  private static double value(Use u, int i) {
    NDArray a = u.in(i).array();
    if (a == null) {
      throw new Unsupported("input " + i + " has to be known when the model is built");
    }
    return a.getDouble(0);
  }

  /** Triples (batch, class, box): of each class the best boxes, without those that overlap a better one too far. */
  private static NDArray suppressed(
      NDArray boxes,
      NDArray scores,
      long most,
      double overlap,
      @Nullable Double least,
      boolean centers) {
    int batches = scores.shape().intDim(0);
    int classes = scores.shape().intDim(1);
    int n = scores.shape().intDim(2);
    List<int[]> out = new ArrayList<>();
    for (int b = 0; b < batches; b++) {
      for (int c = 0; c < classes; c++) {
        int row = (b * classes + c) * n;
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < n; i++) {
          if (least == null || scores.getDouble(row + i) > least) {
            order.add(i);
          }
        }
        order.sort((p, q) -> Double.compare(scores.getDouble(row + q), scores.getDouble(row + p)));
        List<Integer> kept = new ArrayList<>();
        for (int i : order) {
          if (kept.size() >= most) {
            break;
          }
          int at = b * n;
          if (kept.stream().noneMatch(k -> overlap(boxes, at + k, at + i, centers) > overlap)) {
            kept.add(i);
            out.add(new int[] {b, c, i});
          }
        }
      }
    }
    NDArray a = NDArray.zeros(DType.INT64, Shape.of(out.size(), 3));
    for (int i = 0; i < out.size(); i++) {
      for (int k = 0; k < 3; k++) {
        a.setLong(3 * i + k, out.get(i)[k]);
      }
    }
    return a;
  }

  private static double overlap(NDArray boxes, int p, int q, boolean centers) {
    double[] a = corners(boxes, p, centers);
    double[] b = corners(boxes, q, centers);
    double height = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
    double width = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
    if (height <= 0 || width <= 0) {
      return 0;
    }
    double both = height * width;
    return both / (area(a) + area(b) - both);
  }

  private static double area(double[] box) {
    return (box[2] - box[0]) * (box[3] - box[1]);
  }

  private static double[] corners(NDArray boxes, int i, boolean centers) {
    double[] v = new double[4];
    for (int k = 0; k < 4; k++) {
      v[k] = boxes.getDouble(4 * i + k);
    }
    if (centers) { // x, y, width, height
      return new double[] {v[1] - v[3] / 2, v[0] - v[2] / 2, v[1] + v[3] / 2, v[0] + v[2] / 2};
    }
    return new double[] {
      Math.min(v[0], v[2]), Math.min(v[1], v[3]), Math.max(v[0], v[2]), Math.max(v[1], v[3])
    };
  }
}
