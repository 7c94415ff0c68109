package org.keras4j.ops.internal.composite;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Cross-entropies from logits {@code (..., classes)}, floats; losses and all other floats are of their
 * dtype. No attributes.
 *
 * <table>
 * <caption>Composites</caption>
 * <tr><th>name</th><th>inputs</th><th>outputs</th></tr>
 * <tr><td>nn.cross_entropy</td><td>logits, target (..., classes)</td><td>loss (...)</td></tr>
 * <tr><td>..._forward</td><td>logits target</td><td>loss, lse (..., 1)</td></tr>
 * <tr><td>..._backward</td><td>logits target loss lse dloss</td><td>dlogits dtarget</td></tr>
 * <tr><td>nn.sparse_cross_entropy</td><td>logits, labels (...) of int32</td><td>loss (...)</td></tr>
 * <tr><td>..._forward</td><td>logits labels</td><td>loss, lse (..., 1)</td></tr>
 * <tr><td>..._backward</td><td>logits labels loss lse dloss</td><td>dlogits, a scalar 0</td></tr>
 * <tr><td>nn.binary_cross_entropy</td><td>logits, target of one shape</td><td>loss of that shape</td></tr>
 * <tr><td>..._backward</td><td>logits target loss dloss</td><td>dlogits dtarget</td></tr>
 * </table>
 *
 * {@code lse} is the logarithm of the sum of the exponentials along the last axis. A label that is no
 * class gives loss and gradient 0.
 */
public final class CrossEntropyComposites {
  /** {@code nn.cross_entropy}: {@code -sum(target * log_softmax(logits))}. */
  public static final CompositeOp DENSE = CompositeOp.differentiable(
      Composites.CROSS_ENTROPY.name(),
      (a, in) -> denseForward(in).subList(0, 1),
      (a, in) -> denseForward(in),
      (a, in) -> {
        Tensor target = in.get(1);
        Tensor logProbability = Prims.sub(in.get(0), in.get(3));
        Tensor d = Prims.expandDims(in.get(4), -1);
        Tensor weighted = Prims.mul(Prims.exp(logProbability), Prims.sumKeep(target, -1));
        return List.of(
            Prims.mul(Prims.sub(weighted, target), d), Prims.neg(Prims.mul(logProbability, d)));
      });

  /** {@code nn.sparse_cross_entropy}: {@code -log_softmax(logits)[label]}. */
  public static final CompositeOp SPARSE = CompositeOp.differentiable(
      Composites.SPARSE_CROSS_ENTROPY.name(),
      (a, in) -> sparseForward(in).subList(0, 1),
      (a, in) -> sparseForward(in),
      (a, in) -> {
        Tensor logits = in.get(0);
        Tensor d = Prims.expandDims(in.get(4), -1);
        Tensor hot = hot(logits, in.get(1));
        Tensor p = Prims.exp(Prims.sub(logits, in.get(3)));
        // without a class there is no loss
        Tensor any = Prims.convert(inRange(logits, in.get(1)), logits.dtype());
        Tensor weighted = Prims.mul(p, Prims.expandDims(any, -1));
        Tensor dlogits = Prims.mul(Prims.sub(weighted, Prims.convert(hot, logits.dtype())), d);
        return List.of(dlogits, Prims.scalar(logits.dtype(), 0.0));
      });

  /** {@code nn.binary_cross_entropy}: {@code max(x, 0) - x target + log(1 + e^-|x|)}. */
  public static final CompositeOp BINARY = CompositeOp.differentiable(
      Composites.BINARY_CROSS_ENTROPY.name(),
      (a, in) -> {
        Tensor x = in.get(0);
        Tensor tail = Prims.unary(UnaryKind.LOG1P, Prims.exp(Prims.minusModulus(x)));
        Tensor line = Prims.sub(Prims.max(x, Prims.scalarLike(x, 0)), Prims.mul(x, in.get(1)));
        return List.of(Prims.add(line, tail));
      },
      (a, in) -> {
        Tensor x = in.get(0);
        Tensor d = in.get(3);
        return List.of(
            Prims.mul(Prims.sub(ActivationComposites.sigmoid(x), in.get(1)), d),
            Prims.neg(Prims.mul(x, d)));
      });

  private CrossEntropyComposites() {}

  private static Tensor logSumExp(Tensor x) {
    Tensor top = Prims.stopGradient(Prims.maxKeep(x, -1));
    return Prims.add(Prims.log(Prims.sumKeep(Prims.exp(Prims.sub(x, top)), -1)), top);
  }

  private static List<Tensor> denseForward(List<Tensor> in) {
    Tensor lse = logSumExp(in.get(0));
    Tensor products = Prims.mul(in.get(1), Prims.sub(in.get(0), lse));
    return List.of(Prims.neg(Prims.sum(products, -1)), lse);
  }

  private static List<Tensor> sparseForward(List<Tensor> in) {
    Tensor logits = in.get(0);
    Tensor lse = logSumExp(logits);
    // the logit before the logarithm is taken off, so that no further pass over all classes waits
    // for that
    Tensor none = Prims.scalarLike(logits, 0);
    Tensor chosen = Prims.sumKeep(Prims.select(hot(logits, in.get(1)), logits, none), -1);
    Tensor any = Prims.expandDims(inRange(logits, in.get(1)), -1);
    Tensor loss = Prims.select(any, Prims.sub(lse, chosen), none);
    return List.of(Prims.sum(loss, -1), lse);
  }

  // where each label's class is, (..., classes) of bools
  private static Tensor hot(Tensor logits, Tensor labels) {
    return Prims.eq(Prims.expandDims(labels, -1), Prims.iotaOf(logits, -1, labels.dtype()));
  }

  private static Tensor inRange(Tensor logits, Tensor labels) {
    Tensor classes = Prims.convert(Prims.dimSize(logits, -1), labels.dtype());
    return Prims.and(Prims.ge(labels, Prims.scalarLike(labels, 0)), Prims.lt(labels, classes));
  }

  /** {@link #DENSE}. */
  public static Tensor dense(Tensor logits, Tensor target) {
    return DENSE.call1(Attributes.NONE, logits, target);
  }

  /** {@link #SPARSE}. */
  public static Tensor sparse(Tensor logits, Tensor labels) {
    return SPARSE.call1(Attributes.NONE, logits, Prims.convert(labels, DType.INT32));
  }

  /** {@link #BINARY}. */
  public static Tensor binary(Tensor logits, Tensor target) {
    return BINARY.call1(Attributes.NONE, logits, target);
  }
}
