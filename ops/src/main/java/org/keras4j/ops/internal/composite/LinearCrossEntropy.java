package org.keras4j.ops.internal.composite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Promotion;

/**
 * The cross-entropy of class numbers from logits that are a product with a matrix, without all logits at once: they are made
 * block by block, once for the loss and again for the gradient.
 *
 * <p>It is {@code nn.linear_sparse_cross_entropy}, which no backend claims so far; what a block computes is {@code nn.sparse_cross_entropy}, whose
 * kernels are used where there are any. Inputs: x {@code (..., n)}, kernel {@code (n, classes)} or, turned, {@code (classes, n)}, both
 * of one float dtype, the bias {@code (classes)} if there is one, labels {@code (...)} of int32. Output: the loss {@code (...)}, of
 * at least 32 bits. Of no label that is a class come loss and gradient 0.
 *
 * <p>Blocks are cut from the second axis, or from the first if there is no other: the places of a block lie as far apart as there are blocks, so that
 * samples which are divided among devices or processes stay with them.
 */
public final class LinearCrossEntropy {
  private static final CompositeOp SPARSE = CompositeOp.withCustomGradient(
      Composites.LINEAR_SPARSE_CROSS_ENTROPY.name(),
      (a, in) -> forward(a, in).subList(0, 1),
      new CompositeOp.Gradient(
          CompositeOp.of(
              Composites.LINEAR_SPARSE_CROSS_ENTROPY.forward(), LinearCrossEntropy::forward),
          CompositeOp.of(
              Composites.LINEAR_SPARSE_CROSS_ENTROPY.backward(), LinearCrossEntropy::backward)));

  private LinearCrossEntropy() {}

  /**
   * The losses.
   *
   * @param product what made the logits, of known shape
   * @param labels class numbers, of the shape of the logits without the classes
   * @param rows how many rows of logits a block has, about: at least one of each sample
   * @return of the shape of the labels, of at least 32 bits
   */
  public static Tensor sparse(LinearProduct product, Tensor labels, int rows) {
    Shape lead = labels.shape();
    int axis = axis(lead.rank());
    long length = lead.dim(axis);
    long each = Math.max(1, lead.size() / Math.max(1, length));
    long inBlock = Math.max(1, Math.min(length, rows / each));
    int blocks = (int) Math.max(1, (length + inBlock - 1) / inBlock);
    List<Tensor> in = new ArrayList<>(List.of(product.x(), product.kernel()));
    if (product.bias() != null) {
      in.add(product.bias());
    }
    in.add(Prims.convert(labels, DType.INT32));
    Attributes a = Attributes.of(
        Composites.BIAS,
        product.bias() != null,
        Composites.TURNED,
        product.turned(),
        Composites.BLOCKS,
        blocks);
    return SPARSE.call(a, in).get(0);
  }

  private static CompositeOp.Gradient ofABlock() {
    return Objects.requireNonNull(CrossEntropyComposites.SPARSE.gradient());
  }

  private static int axis(int rank) {
    return rank > 1 ? 1 : 0;
  }

  /** The dtype of losses of logits of a dtype. */
  public static DType lossType(DType logits) {
    return Promotion.resultType(logits, DType.FLOAT32);
  }

  private static DType wide(Tensor x) {
    return lossType(x.dtype());
  }

  private static Tensor dot(Tensor a, Tensor b, int[] i, int[] j, @Nullable DType out) {
    return Prims.dot(a, b, new int[0], new int[0], i, j, out);
  }

  // of the constants kernel and perhaps bias; rounded as the whole product would be
  private static Tensor logits(Attributes a, Tensor x, List<Tensor> constants) {
    int[] last = {x.rank() - 1};
    Tensor z = dot(x, constants.get(0), last, new int[] {a.get(Composites.TURNED) ? 1 : 0}, null);
    z = a.get(Composites.BIAS) ? Prims.add(z, constants.get(1)) : z;
    return Prims.convert(z, wide(x));
  }

  // the loss, and the logarithms of sums by blocks
  private static List<Tensor> forward(Attributes a, List<Tensor> in) {
    Tensor x = in.get(0);
    Tensor labels = in.get(in.size() - 1);
    int axis = axis(labels.rank());
    int n = a.get(Composites.BLOCKS);
    List<Tensor> out = Scans.scan(
        List.of(),
        List.of(split(x, axis, n, 0), split(labels, axis, n, -1)),
        in.subList(1, in.size() - 1),
        false,
        s -> ofABlock()
            .forward()
            .call(Attributes.NONE, List.of(logits(a, s.get(0), s.subList(2, s.size())), s.get(1))));
    return List.of(joined(out.get(0), axis, labels.shape()), out.get(1));
  }

  private static List<Tensor> backward(Attributes a, List<Tensor> in) {
    boolean bias = a.get(Composites.BIAS);
    int labelsAt = bias ? 3 : 2;
    Tensor x = in.get(0);
    Tensor kernel = in.get(1);
    Tensor labels = in.get(labelsAt);
    Tensor loss = in.get(labelsAt + 1);
    int axis = axis(labels.rank());
    int n = a.get(Composites.BLOCKS);
    DType wide = wide(x);
    List<Tensor> sums = new ArrayList<>(List.of(Prims.full(kernel.shape(), wide, 0)));
    if (bias) {
      sums.add(Prims.full(in.get(2).shape(), wide, 0));
    }
    int c = sums.size();
    List<Tensor> sequences = List.of(
        split(x, axis, n, 0),
        split(labels, axis, n, -1),
        split(loss, axis, n, 0),
        in.get(labelsAt + 2),
        split(in.get(labelsAt + 3), axis, n, 0));
    List<Tensor> out = Scans.scan(sums, sequences, in.subList(1, labelsAt), false, s -> {
      Tensor rows = s.get(c);
      List<Tensor> block = new ArrayList<>();
      block.add(logits(a, rows, s.subList(c + 5, s.size())));
      block.addAll(s.subList(c + 1, c + 5));
      Tensor d = ofABlock().backward().call(Attributes.NONE, block).get(0);
      Tensor narrow = Prims.convert(d, x.dtype());
      int[] lead = leading(rows);
      boolean turned = a.get(Composites.TURNED);
      List<Tensor> r = new ArrayList<>();
      Tensor dk =
          turned ? dot(narrow, rows, lead, lead, wide) : dot(rows, narrow, lead, lead, wide);
      r.add(Prims.add(s.get(0), dk));
      if (bias) {
        r.add(Prims.add(s.get(1), Prims.sum(d, lead)));
      }
      r.add(
          dot(narrow, s.get(c + 5), new int[] {rows.rank() - 1}, new int[] {turned ? 0 : 1}, null));
      return r;
    });
    List<Tensor> cotangents = new ArrayList<>();
    cotangents.add(joined(out.get(c), axis, x.shape()));
    for (int i = 0; i < c; i++) {
      cotangents.add(Prims.convert(out.get(i), in.get(1 + i).dtype()));
    }
    cotangents.add(Prims.scalar(DType.FLOAT32, 0.0)); // of labels there is none
    return cotangents;
  }

  private static int[] leading(Tensor x) {
    int[] out = new int[x.rank() - 1];
    Arrays.setAll(out, i -> i);
    return out;
  }

  // (..., n, ...) as (blocks, ..., n / blocks, ...), filled up
  private static Tensor split(Tensor x, int axis, int blocks, double fill) {
    long length = x.shape().dim(axis);
    long each = (length + blocks - 1) / blocks;
    Tensor full = x;
    if (each * blocks > length) {
      long[] high = new long[x.rank()];
      high[axis] = each * blocks - length;
      full = Prims.pad(x, fill, new long[x.rank()], high);
    }
    Tensor apart = Prims.reshape(full, x.shape().with(axis, blocks).insert(axis, each));
    int[] order = new int[apart.rank()];
    order[0] = axis + 1;
    for (int i = 1; i < order.length; i++) {
      order[i] = i - 1 <= axis ? i - 1 : i;
    }
    return Prims.transpose(apart, order);
  }

  // the reverse, cut to a shape
  private static Tensor joined(Tensor x, int axis, Shape to) {
    long blocks = x.shape().dim(0);
    long each = x.shape().dim(axis + 1);
    int[] order = new int[x.rank()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i <= axis ? i + 1 : i == axis + 1 ? 0 : i;
    }
    Tensor y = Prims.reshape(Prims.transpose(x, order), to.with(axis, blocks * each));
    return blocks * each == to.dim(axis) ? y : Prims.slice(y, axis, 0, to.dim(axis));
  }
}
