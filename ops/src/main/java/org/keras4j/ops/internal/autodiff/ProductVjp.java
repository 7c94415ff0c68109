package org.keras4j.ops.internal.autodiff;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Conv;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.ConvInputGrad;
import org.keras4j.core.primitive.ConvKernelGrad;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.IntList;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Gradient rules of contractions and convolutions, which are contractions and convolutions again. */
final class ProductVjp {
  private ProductVjp() {}

  static List<@Nullable Tensor> dotGeneral(DotGeneral p, Vjp.Site s) {
    Tensor a = s.in(0);
    Tensor b = s.in(1);
    Tensor ct = s.ct();
    DType out = ct.dtype();
    int batch = p.lhsBatch().size();
    int[] aFree = free(a.rank(), p.lhsBatch(), p.lhsContract());
    int[] bFree = free(b.rank(), p.rhsBatch(), p.rhsContract());
    int[] ctBatch = IntList.range(0, batch).toArray();
    int[] ctA = IntList.range(batch, batch + aFree.length).toArray();
    int[] ctB = IntList.range(batch + aFree.length, ct.rank()).toArray();
    Tensor ca = null;
    if (s.wants(0)) {
      // batch, free axes of a, contracted axes in the order of b
      Tensor t =
          Prims.dot(ct, Prims.convert(b, out), ctBatch, p.rhsBatch().toArray(), ctB, bFree, null);
      int[] place = new int[a.rank()];
      int at = assign(place, 0, p.lhsBatch().toArray());
      at = assign(place, at, aFree);
      assign(place, at, partners(p.rhsContract(), p.lhsContract()));
      ca = Prims.convert(Prims.transpose(t, ShapeVjp.inverse(place)), a.dtype());
    }
    Tensor cb = null;
    if (s.wants(1)) {
      // batch, contracted axes in the order of a, free axes of b
      Tensor t =
          Prims.dot(Prims.convert(a, out), ct, p.lhsBatch().toArray(), ctBatch, aFree, ctA, null);
      int[] place = new int[b.rank()];
      int at = assign(place, 0, p.rhsBatch().toArray());
      at = assign(place, at, partners(p.lhsContract(), p.rhsContract()));
      assign(place, at, bFree);
      cb = Prims.convert(Prims.transpose(t, ShapeVjp.inverse(place)), b.dtype());
    }
    return s.give(ca, cb);
  }

  private static int[] free(int rank, IntList batch, IntList contract) {
    return java.util.stream.IntStream.range(0, rank)
        .filter(i -> !batch.contains(i) && !contract.contains(i))
        .toArray();
  }

  private static int assign(int[] place, int at, int[] axes) {
    System.arraycopy(axes, 0, place, at, axes.length);
    return at + axes.length;
  }

  /** The contracted axes of one side in the order in which their partners stand on the other. */
  private static int[] partners(IntList ordered, IntList partners) {
    int[] sorted = ordered.toArray();
    java.util.Arrays.sort(sorted);
    int[] out = new int[sorted.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = partners.get(ordered.indexOf(sorted[i]));
    }
    return out;
  }

  static List<@Nullable Tensor> conv(Conv p, Vjp.Site s) {
    return s.give(
        s.wants(0) ? byInput(p.conv(), s.in(0), s.ct(), s.in(1)) : null,
        s.wants(1) ? byKernel(p.conv(), s.in(1), s.in(0), s.ct()) : null);
  }

  static List<@Nullable Tensor> convInputGrad(ConvInputGrad p, Vjp.Site s) {
    return s.give(
        s.wants(0) ? Engine.bind1(new Conv(p.conv()), s.ct(), s.in(1)) : null,
        s.wants(1) ? byKernel(p.conv(), s.in(1), s.ct(), s.in(0)) : null);
  }

  static List<@Nullable Tensor> convKernelGrad(ConvKernelGrad p, Vjp.Site s) {
    return s.give(
        s.wants(0) ? byInput(p.conv(), s.in(0), s.in(1), s.ct()) : null,
        s.wants(1) ? Engine.bind1(new Conv(p.conv()), s.in(0), s.ct()) : null);
  }

  private static Tensor byInput(ConvAttributes conv, Tensor input, Tensor ct, Tensor kernel) {
    return Engine.bind1(new ConvInputGrad(conv, input.shape()), ct, kernel);
  }

  private static Tensor byKernel(ConvAttributes conv, Tensor kernel, Tensor input, Tensor ct) {
    return Engine.bind1(new ConvKernelGrad(conv, kernel.shape()), input, ct);
  }
}
