package org.keras4j.ops.internal.composite;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.IntList;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Batch normalization of {@code x (..., channels)}, any float dtype, by statistics of each channel. All
 * else are vectors {@code (channels)} of the wide dtype: float32 for float16 and bfloat16, else that of x.
 *
 * <p>Attributes: {@code epsilon} (double), added to the variance; {@code scale} and {@code center}
 * (boolean), whether {@code gamma} and {@code beta} are among the inputs.
 *
 * <table>
 * <caption>Composites</caption>
 * <tr><th>name</th><th>inputs</th><th>outputs</th></tr>
 * <tr><td>nn.batch_normalization</td><td>x mean variance [gamma] [beta]</td><td>y</td></tr>
 * <tr><td>nn.batch_normalization_train</td><td>x [gamma] [beta]</td><td>y mean variance</td></tr>
 * <tr><td>..._train_forward</td><td>x [gamma] [beta]</td><td>y mean variance, rstd</td></tr>
 * <tr><td>..._train_backward</td><td>x [gamma] [beta] y mean variance rstd dy dmean dvariance</td>
 *     <td>dx [dgamma] [dbeta]</td></tr>
 * </table>
 *
 * The variance is that of the batch, divided by the number of elements. No gradient flows through the
 * mean and variance that training gives: {@code dmean} and {@code dvariance} are not read.
 */
public final class BatchNormalizationComposites {
  /** {@code nn.batch_normalization}: {@code (x - mean) / sqrt(variance + epsilon) * gamma + beta}. */
  public static final CompositeOp INFERENCE =
      CompositeOp.of(Composites.BATCH_NORMALIZATION.name(), (a, in) -> {
        DType dtype = in.get(0).dtype();
        Tensor inv = Prims.rsqrt(Prims.add(in.get(2), a.get(Composites.EPSILON)));
        if (a.get(Composites.SCALE)) {
          inv = Prims.mul(inv, in.get(3));
        }
        Tensor shift = Prims.neg(Prims.mul(in.get(1), inv));
        if (a.get(Composites.CENTER)) {
          shift = Prims.add(shift, in.get(in.size() - 1));
        }
        Tensor x = Prims.convert(in.get(0), Means.wide(dtype));
        return List.of(Prims.convert(Prims.add(Prims.mul(x, inv), shift), dtype));
      });

  /** {@code nn.batch_normalization_train}: by the batch's own statistics, which it gives too. */
  public static final CompositeOp TRAIN = CompositeOp.differentiable(
      Composites.BATCH_NORMALIZATION_TRAIN.name(),
      (a, in) -> forward(a, in).subList(0, 3),
      BatchNormalizationComposites::forward,
      BatchNormalizationComposites::backward);

  private BatchNormalizationComposites() {}

  private static int[] allButLast(Tensor x) {
    return IntList.range(0, x.rank() - 1).toArray();
  }

  private static Tensor mean(Tensor x) {
    int[] axes = allButLast(x);
    return Prims.div(Prims.sum(x, axes), Means.count(x, x.dtype(), axes));
  }

  private static List<Tensor> forward(Attributes a, List<Tensor> in) {
    DType dtype = in.get(0).dtype();
    Tensor x = Prims.convert(in.get(0), Means.wide(dtype));
    Tensor mean = mean(x);
    Tensor centered = Prims.sub(x, mean);
    Tensor variance = mean(Prims.square(centered));
    Tensor rstd = Prims.rsqrt(Prims.add(variance, a.get(Composites.EPSILON)));
    Tensor inv = a.get(Composites.SCALE) ? Prims.mul(rstd, in.get(1)) : rstd;
    Tensor y = Prims.mul(centered, inv);
    if (a.get(Composites.CENTER)) {
      y = Prims.add(y, in.get(in.size() - 1));
    }
    return List.of(
        Prims.convert(y, dtype), Prims.stopGradient(mean), Prims.stopGradient(variance), rstd);
  }

  private static List<Tensor> backward(Attributes a, List<Tensor> in) {
    int n = in.size();
    DType dtype = in.get(0).dtype();
    DType wide = Means.wide(dtype);
    Tensor x = Prims.convert(in.get(0), wide);
    Tensor mean = in.get(n - 6);
    Tensor rstd = in.get(n - 4);
    Tensor dy = Prims.convert(in.get(n - 3), wide);
    Tensor unit = Prims.mul(Prims.sub(x, mean), rstd);
    boolean scale = a.get(Composites.SCALE);
    Tensor inv = scale ? Prims.mul(rstd, in.get(1)) : rstd;
    Tensor dbeta = Prims.sum(dy, allButLast(x));
    Tensor dgamma = Prims.sum(Prims.mul(dy, unit), allButLast(x));
    Tensor count = Means.count(x, wide, allButLast(x));
    Tensor away = Prims.add(Prims.div(dbeta, count), Prims.mul(unit, Prims.div(dgamma, count)));
    Tensor dx = Prims.mul(Prims.sub(dy, away), inv);
    List<Tensor> out = new ArrayList<>(List.of(Prims.convert(dx, dtype)));
    if (scale) {
      out.add(dgamma);
    }
    if (a.get(Composites.CENTER)) {
      out.add(dbeta);
    }
    return out;
  }

  private static Attributes attributes(
      @Nullable Tensor gamma, @Nullable Tensor beta, double epsilon) {
    return Attributes.of(
        Composites.EPSILON,
        epsilon,
        Composites.SCALE,
        gamma != null,
        Composites.CENTER,
        beta != null);
  }

  /** {@link #INFERENCE}; gamma and beta may be null. */
  public static Tensor inference(
      Tensor x,
      Tensor mean,
      Tensor variance,
      @Nullable Tensor gamma,
      @Nullable Tensor beta,
      double epsilon) {
    return INFERENCE.call1(
        attributes(gamma, beta, epsilon),
        NormalizationComposites.given(x, mean, variance, gamma, beta));
  }

  /** {@link #TRAIN}: y, mean and variance; gamma and beta may be null. */
  public static List<Tensor> train(
      Tensor x, @Nullable Tensor gamma, @Nullable Tensor beta, double epsilon) {
    return TRAIN.call(
        attributes(gamma, beta, epsilon), List.of(NormalizationComposites.given(x, gamma, beta)));
  }
}
