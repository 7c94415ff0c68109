package org.keras4j.ops;

import org.keras4j.ops.internal.facade.Facade;

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
