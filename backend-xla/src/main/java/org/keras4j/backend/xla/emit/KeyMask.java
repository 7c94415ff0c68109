package org.keras4j.backend.xla.emit;

import java.util.List;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;

/**
 * Fused attention under a mask of keys, the same for all queries and heads of a row, as padding is: without a matrix of all pairs of places,
 * and with a gradient. Query and key get one number more, whose product is 0 for a key that may be seen and far below any logit for one
 * that may not. So the kernels' own product, in float32, forbids it, and both their probability of it and their gradient are exactly 0,
 * however well it fits.
 */
final class KeyMask {
  // numbers more, of which the first is used: depths are multiples of 8
  private static final int MORE = 8;
  // below that, the product with the scale no longer stands out
  private static final double LEAST_SCALE = 0x1p-10;

  private final Hlo h;
  private final FusedAttention attention;
  private final Term allowed;
  private final boolean causal;
  private final Term seeing;
  private final long depth;

  /**
   * With this mask.
   *
   * @param allowed {@code (batch or 1, 1, 1, s)}, bool
   */
  KeyMask(Hlo h, FusedAttention attention, Term allowed, Term query, Term key, boolean causal) {
    this.h = h;
    this.attention = attention;
    this.causal = causal;
    this.depth = query.dim(3);
    long batch = query.dim(0);
    long places = key.dim(1);
    Term flat = h.reshape(allowed, allowed.dim(0), places);
    this.allowed = h.broadcast(flat, new int[] {0, 1}, batch, places);
    this.seeing = seeing(query);
  }

  /** Whether a call has no other mask than one of keys, and room for the numbers that it takes. */
  static boolean fits(Attributes a, List<TensorSpec> in) {
    if (!a.get(Composites.MASK) || a.get(Composites.BIAS)) {
      return false;
    }
    Shape query = in.get(0).shape();
    return isOfKeys(
        in.get(3).shape().toArray(),
        in.get(1).shape().dim(1),
        query.dim(3),
        a.get(Composites.FACTOR));
  }

  static boolean isOfKeys(long[] mask, long keys, long depth, double scale) {
    return mask[1] == 1
        && mask[2] == 1
        && mask[3] == keys
        && depth + MORE <= FusedAttention.LARGEST_DEPTH
        && scale >= LEAST_SCALE;
  }

  // whether a query sees any key, (batch, heads, t): the first that may be seen must not come later
  private Term seeing(Term query) {
    long batch = allowed.dim(0);
    long keys = allowed.dim(1);
    TensorType places = TensorType.of(ElementType.S32, batch, keys);
    Term at = h.select(allowed, h.iota(places, 1), h.fullLong(places, keys));
    Term most = h.fullLong(TensorType.of(ElementType.S32), keys);
    Term first = h.reduce(at, most, "minimum", 1);
    TensorType rows = TensorType.of(ElementType.S32, batch, query.dim(2), query.dim(1));
    Term earliest = h.broadcast(first, new int[] {0}, rows.dims());
    return causal
        ? h.compare("GE", h.iota(rows, 2), earliest)
        : h.compare("LT", earliest, h.fullLong(rows, keys));
  }

  /** The result, and in training the logarithm of the sum of exponentials, as the composite has them. */
  List<Term> forward(List<Term> in, double scale, boolean training) {
    Term value = in.get(2);
    List<Term> out = attention.forward(
        query(in.get(0)), key(in.get(1)), wide(value), null, causal, scale, training);
    Term y = narrow(out.get(0));
    y = h.select(attention.rows(seeing, y), y, attention.repeated(attention.mean(value), y));
    if (!training) {
      return List.of(y);
    }
    Term lse = h.select(seeing, out.get(1), h.full(out.get(1).type(), FusedAttention.NOTHING));
    return List.of(y, h.reshape(lse, lse.dim(0), lse.dim(1), lse.dim(2), 1));
  }

  /** The gradients by query, key and value, and a zero for the mask, of {@code query key value mask y lse dy}. */
  List<Term> backward(List<Term> in, double scale) {
    Term value = in.get(2);
    Term dy = in.get(6);
    Term rows = attention.rows(seeing, dy);
    Term none = h.full(dy.type(), 0);
    // queries that see nothing take no part; of the mean that they got, each value has a share
    Term lse = h.reshape(in.get(5), seeing.type().dims());
    lse = h.select(seeing, lse, h.full(lse.type(), 0));
    List<Term> out = attention.backward(
        List.of(
            query(in.get(0)),
            key(in.get(1)),
            wide(value),
            wide(in.get(4)),
            h.reshape(lse, lse.dim(0), lse.dim(1), lse.dim(2), 1),
            wide(h.select(rows, dy, none))),
        causal,
        scale);
    Term blind = h.convert(h.select(rows, none, dy), ElementType.F32);
    Term sum = h.reduce(blind, h.scalar(ElementType.F32, 0), "add", 1);
    Term share = h.mul(sum, h.full(sum.type(), 1.0 / value.dim(1)));
    Term dvalue = narrow(out.get(2));
    dvalue = h.add(dvalue, attention.repeated(h.convert(share, value.element()), dvalue));
    return List.of(narrow(out.get(0)), narrow(out.get(1)), dvalue, h.scalar(value.element(), 0));
  }

  private Term query(Term x) {
    boolean wideRange = x.element() == ElementType.BF16;
    return with(x, h.full(one(x), wideRange ? 0x1p20 : 0x1p15));
  }

  private Term key(Term x) {
    boolean wideRange = x.element() == ElementType.BF16;
    Term forbidden = h.full(one(x), wideRange ? -0x1p20 : -0x1p15);
    Term seen = h.broadcast(allowed, new int[] {0, 1}, one(x).dims());
    return with(x, h.select(seen, h.full(one(x), 0), forbidden));
  }

  private static TensorType one(Term x) {
    return x.type().withDims(x.dim(0), x.dim(1), x.dim(2), 1);
  }

  private Term with(Term x, Term number) {
    TensorType rest = x.type().withDims(x.dim(0), x.dim(1), x.dim(2), MORE - 1);
    return h.concatenate(3, x, number, h.full(rest, 0));
  }

  private Term wide(Term x) {
    TensorType more = x.type().withDims(x.dim(0), x.dim(1), x.dim(2), MORE);
    return h.concatenate(3, x, h.full(more, 0));
  }

  private Term narrow(Term x) {
    return h.sliceAxis(x, 3, 0, depth);
  }
}
