package org.keras4j.tck;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;

/** Decompositions, which are defined up to signs or phases only: what they rebuild is compared. */
final class Rebuilt {
  private Rebuilt() {}

  /** What differs, in words; null if nothing does. */
  static @Nullable String difference(
      Case c, String field, @Nullable Object actual, Agreement agreement) {
    Object expected = c.expected(field);
    if (field.equals("outputs")
        && expected instanceof List<?> e
        && actual instanceof List<?> a
        && e.size() == a.size()
        && e.stream().allMatch(x -> x instanceof NDArray)) {
      switch (c.name()) {
        case "keras.ops.svd":
          return e.size() == 3
              ? parts(c, a, e, agreement, Rebuilt::ofSvd, 1)
              : agreement.difference(actual, expected);
        case "keras.ops.eigh":
          return parts(c, a, e, agreement, Rebuilt::ofEigh, 0);
        case "keras.ops.qr":
          return parts(c, a, e, agreement, Rebuilt::ofQr, -1);
        default:
          break;
      }
    }
    return agreement.difference(actual, expected);
  }

  /**
   * The cotangents for results that differ from the recorded ones by signs: each vector's has its sign
   * turned with it.
   */
  static List<Tensor> cotangents(Case c, @Nullable Object actual, List<Tensor> recorded) {
    if (!(c.expected("outputs") instanceof List<?> e)
        || !(actual instanceof List<?> a)
        || recorded.size() != e.size()) {
      return recorded;
    }
    List<Tensor> out = new java.util.ArrayList<>(recorded);
    switch (c.name()) {
      case "keras.ops.eigh" -> out.set(1, columns(recorded.get(1), signs(a.get(1), e.get(1))));
      case "keras.ops.qr" -> {
        Tensor s = signs(a.get(0), e.get(0));
        out.set(0, columns(recorded.get(0), s));
        out.set(1, rows(recorded.get(1), s));
      }
      case "keras.ops.svd" -> {
        Tensor s = signs(a.get(0), e.get(0));
        out.set(0, columns(recorded.get(0), s));
        out.set(2, rows(recorded.get(2), s));
      }
      default -> {
        // defined without doubt
      }
    }
    return out;
  }

  // of the columns of one against those of the other
  private static Tensor signs(@Nullable Object actual, @Nullable Object expected) {
    return Ops.sign(Ops.sum(Ops.multiply(actual, expected), -2));
  }

  private static Tensor columns(Tensor t, Tensor signs) {
    return Ops.multiply(t, Ops.expandDims(signs, -2));
  }

  private static Tensor rows(Tensor t, Tensor signs) {
    return Ops.multiply(t, Ops.expandDims(signs, -1));
  }

  private interface Product {
    Tensor of(List<?> parts);
  }

  // one part may be defined uniquely, and is compared itself
  private static @Nullable String parts(
      Case c, List<?> a, List<?> e, Agreement agreement, Product product, int unique) {
    for (int i = 0; i < e.size(); i++) {
      Tensor t = (Tensor) a.get(i);
      if (!t.spec().equals(((NDArray) e.get(i)).spec())) {
        return "[" + i + "] expected " + ((NDArray) e.get(i)).spec() + ", got " + t.spec();
      }
    }
    if (unique >= 0) {
      String d = agreement.difference(a.get(unique), e.get(unique));
      if (d != null) {
        return "[" + unique + "]" + d;
      }
    }
    return agreement.difference(product.of(a), product.of(e).toNDArray());
  }

  private static Tensor ofSvd(List<?> p) {
    Tensor s = Ops.expandDims(p.get(1), -2);
    int k = s.shape().intDim(-1);
    Tensor u = Ops.getItem(
        p.get(0), org.keras4j.ops.types.Index.ELLIPSIS, org.keras4j.ops.types.Index.range(0, k));
    Tensor v = Ops.getItem(
        p.get(2),
        org.keras4j.ops.types.Index.ELLIPSIS,
        org.keras4j.ops.types.Index.range(0, k),
        org.keras4j.ops.types.Index.ALL);
    return Ops.matmul(Ops.multiply(u, s), v);
  }

  private static Tensor ofEigh(List<?> p) {
    Tensor v = Ops.array(p.get(1));
    return Ops.matmul(
        Ops.multiply(v, Ops.expandDims(p.get(0), -2)), Ops.conj(Ops.swapaxes(v, -1, -2)));
  }

  private static Tensor ofQr(List<?> p) {
    return Ops.matmul(p.get(0), p.get(1));
  }
}
