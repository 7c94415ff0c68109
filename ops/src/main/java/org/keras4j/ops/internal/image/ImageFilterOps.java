package org.keras4j.ops.internal.image;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.arguments.Extents;
import org.keras4j.ops.internal.arguments.Layout;
import org.keras4j.ops.internal.composite.Means;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.nn.ConvolutionOps;
import org.keras4j.ops.types.SsimOptions;

/** Filters of images that are convolutions of each channel. */
public final class ImageFilterOps {
  private ImageFilterOps() {}

  // each channel of a batch with channels last by one kernel (rows, columns)
  static Tensor filtered(Tensor x, Tensor kernel, String padding) {
    long c = x.shape().dim(3);
    Shape k = kernel.shape();
    Tensor each = Prims.expandDims(kernel, 2, 3);
    if (c < 0) {
      return mergedChannels(x, v -> ConvolutionOps.conv(v, each, 1, padding, "channels_last", 1));
    }
    Tensor all = Prims.broadcastTo(each, Shape.of(k.dim(0), k.dim(1), c, 1));
    return ConvolutionOps.depthwiseConv(x, all, 1, padding, "channels_last", 1);
  }

  // channels, of which the number is unknown, as images of their own
  private static Tensor mergedChannels(Tensor x, UnaryOperator<Tensor> body) {
    Tensor v = Prims.transpose(x, 0, 3, 1, 2);
    List<Tensor> sizes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      if (v.shape().dim(i) < 0) {
        sizes.add(Prims.dimSize(v, i));
      }
    }
    Shape s = v.shape();
    Tensor all = s.dim(0) < 0
        ? Prims.mul(sizes.get(0), sizes.get(1))
        : Prims.mul(Prims.dimSize(v, 0), sizes.get(0));
    List<Tensor> flat = new ArrayList<>(List.of(all));
    flat.addAll(sizes.subList(s.dim(0) < 0 ? 2 : 1, sizes.size()));
    Tensor y = body.apply(Prims.reshape(v, Shape.of(-1, s.dim(2), s.dim(3), 1), flat));
    List<Tensor> back = new ArrayList<>(sizes.subList(0, s.dim(0) < 0 ? 2 : 1));
    for (int i = 1; i < 3; i++) {
      if (y.shape().dim(i) < 0) {
        back.add(Prims.dimSize(y, i));
      }
    }
    Shape to = Shape.of(s.dim(0), s.dim(1), y.shape().dim(1), y.shape().dim(2));
    return Prims.transpose(Prims.reshape(y, to, back), 0, 2, 3, 1);
  }

  // normalized values of a bell curve
  private static Tensor bell(int size, Tensor sigma) {
    DType t = sigma.dtype();
    Tensor x = Prims.sub(Prims.iota(Shape.of(size), 0, t), (size - 1) / 2.0);
    Tensor e = Prims.exp(Prims.mul(Prims.square(Prims.div(x, sigma)), -0.5));
    return Prims.div(e, Prims.sumKeep(e, 0));
  }

  // rows of the second and columns of the first entry of both
  static Tensor gaussian(long[] size, Tensor first, Tensor second) {
    Tensor across = bell(Math.toIntExact(size[0]), first);
    Tensor down = bell(Math.toIntExact(size[1]), second);
    return Prims.mul(Prims.expandDims(down, 1), Prims.expandDims(across, 0));
  }

  /** {@link #gaussianBlur(Object, Object, Object, String)} by 3 pixels and a sigma of 1. */
  public static Tensor gaussianBlur(Object images, @Nullable String dataFormat) {
    return gaussianBlur(images, new int[] {3, 3}, new double[] {1, 1}, dataFormat);
  }

  /**
   * Blurs images by a Gaussian kernel, zeros around them ({@code keras.ops.image.gaussian_blur}).
   *
   * @param images {@code (height, width, channels)} or a batch of such, or with channels first
   * @param kernelSize pixels across and down
   * @param sigma standard deviations across and down
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null means, as in Keras, channels
   *     first whatever is configured
   */
  public static Tensor gaussianBlur(
      Object images, Object kernelSize, Object sigma, @Nullable String dataFormat) {
    return Op.call(
        "ops.image.gaussian_blur",
        a -> {
          Tensor x = Dtypes.asFloat(Images.of(a, 0));
          long[] size = Extents.atLeast(1, a.given(1), 2, "kernel_size");
          Tensor s = a.tensor(2, x.dtype());
          if (!s.shape().equals(Shape.of(2))) {
            throw new IllegalArgumentException(
                a.name() + ": sigma must have two entries, got shape " + s.shape());
          }
          Tensor kernel = gaussian(size, Prims.slice(s, 0, 0, 1), Prims.slice(s, 0, 1, 2));
          Layout layout = Layout.of(a.isGiven(3) ? a.get(3) : "channels_first");
          return Images.onBatch(x, layout, b -> filtered(b, kernel, "same"));
        },
        images,
        kernelSize,
        sigma,
        dataFormat);
  }

  /** {@link #sobelEdges(Object, String)} in the default layout. */
  public static Tensor sobelEdges(Object images) {
    return sobelEdges(images, null);
  }

  /**
   * How much brightness changes downward and rightward, by Sobel's filters, zeros around
   * ({@code keras.ops.image.sobel_edges}).
   *
   * @param images a batch {@code (n, height, width, channels)}, or with channels first
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @return the shape of the images with a last axis of two
   * @throws IllegalArgumentException if the rank is not 4
   */
  public static Tensor sobelEdges(Object images, @Nullable String dataFormat) {
    return Op.call(
        "ops.image.sobel_edges",
        a -> {
          Tensor x = Dtypes.asFloat(a.tensor(0));
          if (x.rank() != 4) {
            throw new IllegalArgumentException(
                a.name() + ": expected a batch of images of rank 4, got shape " + x.shape());
          }
          Layout layout = Layout.of(a.get(1));
          float[] right = {-1, 0, 1, -2, 0, 2, -1, 0, 1};
          float[] down = {-1, -2, -1, 0, 0, 0, 1, 2, 1};
          List<Tensor> edges = new ArrayList<>();
          for (float[] k : List.of(down, right)) {
            Tensor kernel = Engine.constant(NDArray.of(k, 3, 3).astype(x.dtype()));
            Tensor y = layout.fromLast(filtered(layout.toLast(x), kernel, "same"));
            edges.add(Prims.expandDims(y, 4));
          }
          return Prims.concat(edges, 4);
        },
        images,
        dataFormat);
  }

  /** {@link #ssim(Object, Object, double, int, double, double, double, String)}, Keras's defaults. */
  public static Tensor ssim(Object image1, Object image2) {
    return ssim(image1, image2, 1, 11, 1.5, 0.01, 0.03, null);
  }

  /**
   * The structural similarity of images, 1 for equal ones ({@code keras.ops.image.ssim}).
   *
   * @param image1 {@code (height, width, channels)} or a batch of such, or with channels first
   * @param image2 of the shape of image1
   * @param options the largest value, windows and the like
   * @return one number an image
   */
  public static Tensor ssim(Object image1, Object image2, SsimOptions options) {
    return ssim(
        image1,
        image2,
        options.maxVal(),
        options.filterSize(),
        options.filterSigma(),
        options.k1(),
        options.k2(),
        options.dataFormat());
  }

  /**
   * The structural similarity of images, 1 for equal ones ({@code keras.ops.image.ssim}; Wang et al.
   * 2004).
   *
   * @param image1 {@code (height, width, channels)} or a batch of such, or with channels first
   * @param image2 of the shape of image1
   * @param maxVal the largest value there can be
   * @param filterSize size of the Gaussian windows, at most the images'
   * @param filterSigma their standard deviation
   * @param k1 weight of what keeps divisions by small means stable
   * @param k2 weight of what keeps divisions by small variances stable
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @return a number for each image, in the dtype of image1
   * @throws IllegalArgumentException if the shapes differ
   */
  public static Tensor ssim(
      Object image1,
      Object image2,
      double maxVal,
      int filterSize,
      double filterSigma,
      double k1,
      double k2,
      @Nullable String dataFormat) {
    return Op.call(
        "ops.image.ssim",
        ImageFilterOps::similarity,
        image1,
        image2,
        maxVal,
        filterSize,
        filterSigma,
        k1,
        k2,
        dataFormat);
  }

  private static Tensor similarity(Op.Args a) {
    Tensor given = Images.of(a, 0);
    DType t = Dtypes.floating(given);
    Tensor x = Prims.convert(given, t);
    Tensor y = Prims.convert(Images.of(a, 1), t);
    if (!x.shape().isCompatible(y.shape())) {
      throw new IllegalArgumentException(a.name()
          + ": image1 and image2 must have the same shape, got " + x.shape() + " and " + y.shape());
    }
    boolean single = x.rank() == 3;
    Layout layout = Layout.of(a.get(7));
    x = layout.toLast(single ? Prims.expandDims(x, 0) : x);
    y = layout.toLast(single ? Prims.expandDims(y, 0) : y);
    int size = a.integer(3);
    Tensor sigma = Prims.scalar(t, a.real(4));
    Tensor kernel = gaussian(new long[] {size, size}, sigma, sigma);
    double max = a.real(2);
    double c1 = Math.pow(a.real(5) * max, 2);
    double c2 = Math.pow(a.real(6) * max, 2);
    Tensor mx = filtered(x, kernel, "valid");
    Tensor my = filtered(y, kernel, "valid");
    Tensor xx = Prims.square(mx);
    Tensor yy = Prims.square(my);
    Tensor xy = Prims.mul(mx, my);
    Tensor vx = Prims.sub(filtered(Prims.square(x), kernel, "valid"), xx);
    Tensor vy = Prims.sub(filtered(Prims.square(y), kernel, "valid"), yy);
    Tensor cov = Prims.sub(filtered(Prims.mul(x, y), kernel, "valid"), xy);
    Tensor above = Prims.mul(Prims.add(Prims.mul(xy, 2), c1), Prims.add(Prims.mul(cov, 2), c2));
    Tensor below = Prims.mul(Prims.add(Prims.add(xx, yy), c1), Prims.add(Prims.add(vx, vy), c2));
    Tensor mean = Prims.sum(Means.meanKeep(Prims.div(above, below), 1, 2, 3), 1, 2, 3);
    return Prims.convert(single ? Images.withoutFirst(mean) : mean, given.dtype());
  }
}
