package org.keras4j.ops;

import org.keras4j.ops.internal.control.ControlOps;
import org.keras4j.ops.internal.core.CoreOps;
import org.keras4j.ops.internal.facade.Facade;
import org.keras4j.ops.internal.image.ImageColorOps;
import org.keras4j.ops.internal.image.ImageFilterOps;
import org.keras4j.ops.internal.image.ImagePatchOps;
import org.keras4j.ops.internal.image.ImageResizeOps;
import org.keras4j.ops.internal.image.ImageTransformOps;
import org.keras4j.ops.internal.linalg.LinalgOps;
import org.keras4j.ops.internal.math.MathOps;
import org.keras4j.ops.internal.math.SegmentOps;
import org.keras4j.ops.internal.nn.ActivationOps;
import org.keras4j.ops.internal.nn.AttentionOps;
import org.keras4j.ops.internal.nn.BlockOps;
import org.keras4j.ops.internal.nn.ConvolutionOps;
import org.keras4j.ops.internal.nn.CrossEntropyOps;
import org.keras4j.ops.internal.nn.CtcOps;
import org.keras4j.ops.internal.nn.EncodingOps;
import org.keras4j.ops.internal.nn.NormalizationOps;
import org.keras4j.ops.internal.nn.PoolingOps;
import org.keras4j.ops.internal.numpy.ArithmeticOps;
import org.keras4j.ops.internal.numpy.BitwiseOps;
import org.keras4j.ops.internal.numpy.ComparisonOps;
import org.keras4j.ops.internal.numpy.CountingOps;
import org.keras4j.ops.internal.numpy.CreationOps;
import org.keras4j.ops.internal.numpy.CumulativeOps;
import org.keras4j.ops.internal.numpy.ElementaryOps;
import org.keras4j.ops.internal.numpy.IndexingOps;
import org.keras4j.ops.internal.numpy.JoinOps;
import org.keras4j.ops.internal.numpy.MatrixOps;
import org.keras4j.ops.internal.numpy.NanOps;
import org.keras4j.ops.internal.numpy.PadOps;
import org.keras4j.ops.internal.numpy.ProductOps;
import org.keras4j.ops.internal.numpy.RangeOps;
import org.keras4j.ops.internal.numpy.ReductionOps;
import org.keras4j.ops.internal.numpy.ShapeOps;
import org.keras4j.ops.internal.numpy.SortingOps;
import org.keras4j.ops.internal.numpy.StatisticsOps;
import org.keras4j.ops.internal.numpy.VectorizeOps;
import org.keras4j.ops.internal.signal.SpectralOps;

/**
 * The functions of {@code keras.ops} on tensors: NumPy's, those of neural networks, linear algebra,
 * Fourier transforms and control flow. Those that Keras also has in a namespace of {@code keras.ops} are
 * also in the nested class of its name; those on images are in {@link Ops.Image} alone, as in Keras.
 *
 * <p>Arguments that Keras calls tensors are {@code Object}: a {@link org.keras4j.core.Tensor}, a
 * {@link org.keras4j.core.Variable}, an {@link org.keras4j.core.NDArray}, a Java number or boolean, or
 * a nested array or list of them. Numbers are weak in promotion, as Python's are: {@code add(x, 1)} has
 * the dtype of {@code x}. Axes count from the end when negative; {@code null} stands for Python's
 * {@code None}; dtypes are given as {@link org.keras4j.core.DType} or by name.
 */
@Facade(
    name = "Ops",
    families = {
      CoreOps.class,
      ControlOps.class,
      MathOps.class,
      SegmentOps.class,
      SpectralOps.class,
    })
interface OpsOutline {
  /** NumPy's functions on tensors ({@code keras.ops.numpy}), as {@link Ops} has them. */
  @Facade(
      name = "Numpy",
      families = {
        CreationOps.class,
        RangeOps.class,
        ArithmeticOps.class,
        ElementaryOps.class,
        ComparisonOps.class,
        BitwiseOps.class,
        ShapeOps.class,
        JoinOps.class,
        MatrixOps.class,
        IndexingOps.class,
        ReductionOps.class,
        NanOps.class,
        CumulativeOps.class,
        SortingOps.class,
        CountingOps.class,
        ProductOps.class,
        PadOps.class,
        StatisticsOps.class,
        VectorizeOps.class,
      })
  interface Numpy {}

  /** Functions of neural networks ({@code keras.ops.nn}), as {@link Ops} has them. */
  @Facade(
      name = "Nn",
      families = {
        ActivationOps.class,
        ConvolutionOps.class,
        PoolingOps.class,
        NormalizationOps.class,
        CrossEntropyOps.class,
        EncodingOps.class,
        AttentionOps.class,
        BlockOps.class,
        CtcOps.class,
      })
  interface Nn {}

  /** Linear algebra ({@code keras.ops.linalg}), as {@link Ops} has it. */
  @Facade(
      name = "Linalg",
      families = {LinalgOps.class})
  interface Linalg {}

  /** Functions on images ({@code keras.ops.image}): colors, filters, patches, sizes, distortions. */
  @Facade(
      name = "Image",
      flat = false,
      families = {
        ImageColorOps.class,
        ImageFilterOps.class,
        ImagePatchOps.class,
        ImageResizeOps.class,
        ImageTransformOps.class,
      })
  interface Image {}
}
