package org.keras4j.ops.internal.composite;

import java.util.ArrayList;
import java.util.Arrays;
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
 * Layer and root-mean-square normalization over the last axes. Below, {@code x} is
 * {@code (lead..., normalized...)} of any float dtype; all else is of the wide dtype: float32 for
 * float16 and bfloat16, else that of x. Statistics are computed in the wide dtype, and {@code y} has the
 * dtype of x.
 *
 * <p>Attributes: {@code axes} (long), how many last axes are normalized; {@code epsilon} (double), added to
 * what the root is taken of; {@code scale} and {@code center} (boolean), whether {@code gamma} and
 * {@code beta}, of the normalized shape, are among the inputs.
 *
 * <table>
 * <caption>Composites</caption>
 * <tr><th>name</th><th>inputs</th><th>outputs</th></tr>
 * <tr><td>nn.layer_normalization</td><td>x [gamma] [beta]</td><td>y</td></tr>
 * <tr><td>..._forward</td><td>x [gamma] [beta]</td><td>y, mean, rstd: (lead..., 1...)</td></tr>
 * <tr><td>..._backward</td><td>x [gamma] [beta] y mean rstd dy</td><td>dx [dgamma] [dbeta]</td></tr>
 * <tr><td>nn.rms_normalization</td><td>x [gamma]</td><td>y</td></tr>
 * <tr><td>..._forward</td><td>x [gamma]</td><td>y, rstd: (lead..., 1...)</td></tr>
 * <tr><td>..._backward</td><td>x [gamma] y rstd dy</td><td>dx [dgamma]</td></tr>
 * </table>
 */
public final class NormalizationComposites {
  /** {@code nn.layer_normalization}: {@code (x - mean) / sqrt(variance + epsilon) * gamma + beta}. */
  public static final CompositeOp LAYER = CompositeOp.differentiable(
      Composites.LAYER_NORMALIZATION.name(),
      (a, in) -> layerForward(a, in).subList(0, 1),
      NormalizationComposites::layerForward,
      NormalizationComposites::layerBackward);

  /** {@code nn.rms_normalization}: {@code x / sqrt(mean(x^2) + epsilon) * gamma}. */
  public static final CompositeOp RMS = CompositeOp.differentiable(
      Composites.RMS_NORMALIZATION.name(),
      (a, in) -> rmsForward(a, in).subList(0, 1),
      NormalizationComposites::rmsForward,
      NormalizationComposites::rmsBackward);

  private NormalizationComposites() {}

  private static int[] last(Tensor x, Attributes a) {
    return IntList.range(x.rank() - a.get(Composites.AXES), x.rank()).toArray();
  }

  private static int[] lead(Tensor x, Attributes a) {
    return IntList.range(0, x.rank() - a.get(Composites.AXES)).toArray();
  }

  private static List<Tensor> layerForward(Attributes a, List<Tensor> in) {
    DType dtype = in.get(0).dtype();
    Tensor x = Prims.convert(in.get(0), Means.wide(dtype));
    int[] axes = last(x, a);
    Tensor mean = Means.meanKeep(x, axes);
    Tensor centered = Prims.sub(x, mean);
    Tensor variance = Means.meanKeep(Prims.square(centered), axes);
    Tensor rstd = Prims.rsqrt(Prims.add(variance, a.get(Composites.EPSILON)));
    Tensor y = Prims.mul(centered, rstd);
    if (a.get(Composites.SCALE)) {
      y = Prims.mul(y, in.get(1));
    }
    if (a.get(Composites.CENTER)) {
      y = Prims.add(y, in.get(in.size() - 1));
    }
    return List.of(Prims.convert(y, dtype), mean, rstd);
  }

  private static List<Tensor> layerBackward(Attributes a, List<Tensor> in) {
    int n = in.size();
    DType dtype = in.get(0).dtype();
    DType wide = Means.wide(dtype);
    Tensor x = Prims.convert(in.get(0), wide);
    Tensor mean = in.get(n - 3);
    Tensor rstd = in.get(n - 2);
    Tensor dy = Prims.convert(in.get(n - 1), wide);
    Tensor unit = Prims.mul(Prims.sub(x, mean), rstd);
    boolean scale = a.get(Composites.SCALE);
    Tensor g = scale ? Prims.mul(dy, in.get(1)) : dy;
    int[] axes = last(x, a);
    // what the mean and the variance take away
    Tensor along = Prims.mul(unit, Means.meanKeep(Prims.mul(g, unit), axes));
    Tensor dx = Prims.mul(Prims.sub(Prims.sub(g, Means.meanKeep(g, axes)), along), rstd);
    List<Tensor> out = new ArrayList<>(List.of(Prims.convert(dx, dtype)));
    if (scale) {
      out.add(Prims.sum(Prims.mul(dy, unit), lead(x, a)));
    }
    if (a.get(Composites.CENTER)) {
      out.add(Prims.sum(dy, lead(x, a)));
    }
    return out;
  }

  private static List<Tensor> rmsForward(Attributes a, List<Tensor> in) {
    DType dtype = in.get(0).dtype();
    Tensor x = Prims.convert(in.get(0), Means.wide(dtype));
    Tensor square = Means.meanKeep(Prims.square(x), last(x, a));
    Tensor rstd = Prims.rsqrt(Prims.add(square, a.get(Composites.EPSILON)));
    Tensor y = Prims.mul(x, rstd);
    if (a.get(Composites.SCALE)) {
      y = Prims.mul(y, in.get(1));
    }
    return List.of(Prims.convert(y, dtype), rstd);
  }

  private static List<Tensor> rmsBackward(Attributes a, List<Tensor> in) {
    int n = in.size();
    DType dtype = in.get(0).dtype();
    DType wide = Means.wide(dtype);
    Tensor x = Prims.convert(in.get(0), wide);
    Tensor rstd = in.get(n - 2);
    Tensor dy = Prims.convert(in.get(n - 1), wide);
    Tensor unit = Prims.mul(x, rstd);
    boolean scale = a.get(Composites.SCALE);
    Tensor g = scale ? Prims.mul(dy, in.get(1)) : dy;
    Tensor along = Prims.mul(unit, Means.meanKeep(Prims.mul(g, unit), last(x, a)));
    List<Tensor> out =
        new ArrayList<>(List.of(Prims.convert(Prims.mul(Prims.sub(g, along), rstd), dtype)));
    if (scale) {
      out.add(Prims.sum(Prims.mul(dy, unit), lead(x, a)));
    }
    return out;
  }

  /**
   * {@link #LAYER} over the last {@code axes} axes.
   *
   * @param gamma of the normalized shape and wide dtype, or null
   * @param beta of the normalized shape and wide dtype, or null
   */
  public static Tensor layer(
      Tensor x, @Nullable Tensor gamma, @Nullable Tensor beta, int axes, double epsilon) {
    Attributes a = Attributes.of(
        Composites.AXES,
        axes,
        Composites.EPSILON,
        epsilon,
        Composites.SCALE,
        gamma != null,
        Composites.CENTER,
        beta != null);
    return LAYER.call1(a, given(x, gamma, beta));
  }

  /** {@link #RMS} over the last {@code axes} axes; gamma of the normalized shape, or null. */
  public static Tensor rms(Tensor x, @Nullable Tensor gamma, int axes, double epsilon) {
    Attributes a = Attributes.of(
        Composites.AXES,
        axes,
        Composites.EPSILON,
        epsilon,
        Composites.SCALE,
        gamma != null,
        Composites.CENTER,
        false);
    return RMS.call1(a, given(x, gamma));
  }

  static Tensor[] given(@Nullable Tensor... tensors) {
    return Arrays.stream(tensors).filter(t -> t != null).toArray(Tensor[]::new);
  }
}
