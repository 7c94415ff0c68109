package org.keras4j.ops.internal.image;

import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Layout;
import org.keras4j.ops.internal.arguments.Literals;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.facade.Extension;
import org.keras4j.ops.internal.linalg.LinalgOps;
import org.keras4j.ops.internal.random.Threefry;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.ops.types.ElasticOptions;

/** Functions on images ({@code keras.ops.image}): colors, filters, patches, sizes, distortions. */
public final class ImageTransformOps {
  private ImageTransformOps() {}

  /** {@link #mapCoordinates(Object, Object, int, String, double)} with zeros beyond the borders. */
  public static Tensor mapCoordinates(Object inputs, Object coordinates, int order) {
    return mapCoordinates(inputs, coordinates, order, "constant", 0);
  }

  /**
   * The values of a tensor at places between its elements ({@code keras.ops.image.map_coordinates}).
   *
   * @param inputs of any rank n
   * @param coordinates {@code (n, ...)}, for each axis the places along it; or a list of n tensors
   * @param order 0 for the nearest element, 1 for linear interpolation
   * @param fillMode what is beyond the borders: {@code "constant"}; {@code "nearest"}, the last element;
   *     {@code "wrap"}, the other end; {@code "mirror"} and {@code "reflect"}, the mirror image at the last
   *     element or at its edge
   * @param fillValue the constant
   * @return the shape of the coordinates without the first axis, in the dtype of the inputs
   * @throws IllegalArgumentException if an argument does not fit
   */
  public static Tensor mapCoordinates(
      Object inputs, Object coordinates, int order, String fillMode, double fillValue) {
    return Op.call(
        "ops.image.map_coordinates",
        a -> {
          Tensor x = a.tensor(0);
          Tensor at = a.tensor(1);
          if (at.rank() < 2 || !at.shape().slice(0, 1).isCompatible(Shape.of(x.rank()))) {
            throw new IllegalArgumentException(a.name() + ": expected coordinates (" + x.rank()
                + ", ...) for inputs " + x.shape() + ", got " + at.shape());
          }
          Coordinates c = new Coordinates(a.name(), a.integer(2), a.given(3), a.real(4));
          Tensor[] places = new Tensor[x.rank()];
          for (int i = 0; i < places.length; i++) {
            places[i] = Prims.sum(Prims.slice(at, 0, i, i + 1), 0);
          }
          return c.read(x, Arrays.asList(places), 0);
        },
        inputs,
        coordinates,
        order,
        fillMode,
        fillValue);
  }

  // places are computed in float32, or in float64 if they are given so
  private static Tensor inFloat32(Tensor t) {
    return t.dtype() == DType.FLOAT64 ? t : Prims.convert(t, DType.FLOAT32);
  }

  // reads batches of images at places that a function of rows and columns (1, height, width) tells
  private static Tensor warped(
      Tensor given,
      Layout layout,
      DType t,
      Coordinates c,
      BinaryOperator<Tensor> rows,
      BinaryOperator<Tensor> columns) {
    return Images.onBatch(given, layout, x -> {
      Tensor y = Prims.expandDims(Prims.iotaOf(x, 1, t), 0, 2);
      Tensor z = Prims.expandDims(Prims.iotaOf(x, 2, t), 0, 1);
      Tensor across = batched(x, rows.apply(y, z));
      return c.read(x, List.of(across, batched(x, columns.apply(y, z))), 1);
    });
  }

  // places repeated for every image, row and column
  private static Tensor batched(Tensor x, Tensor places) {
    Tensor like = Prims.sum(Prims.convert(Prims.slice(x, 3, 0, 1), places.dtype()), 3);
    return Prims.broadcastLike(places, like);
  }

  /** {@link #affineTransform(Object, Object, String, String, double, String)}, zeros beyond borders. */
  public static Tensor affineTransform(Object images, Object transform) {
    return affineTransform(images, transform, "bilinear", "constant", 0, null);
  }

  /**
   * Rotated, scaled, sheared and moved images ({@code keras.ops.image.affine_transform}): the result's
   * pixel at column x and row y is that at {@code ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k)} with
   * {@code k = c0 x + c1 y + 1}.
   *
   * @param images {@code (height, width, channels)} or a batch of such, or with channels first
   * @param transform {@code [a0, a1, a2, b0, b1, b2, c0, c1]}, or one for each image {@code (n, 8)}
   * @param interpolation {@code "bilinear"} or {@code "nearest"}
   * @param fillMode as in {@link #mapCoordinates(Object, Object, int, String, double)}
   * @param fillValue what is beyond the borders, if constant
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @throws IllegalArgumentException if an argument does not fit
   */
  public static Tensor affineTransform(
      Object images,
      Object transform,
      String interpolation,
      String fillMode,
      double fillValue,
      @Nullable String dataFormat) {
    return Op.call(
        "ops.image.affine_transform",
        a -> {
          Tensor x = Images.of(a, 0);
          Tensor t = inFloat32(a.tensor(1));
          if (t.rank() < 1 || t.rank() > 2 || t.shape().last() != 8) {
            throw new IllegalArgumentException(
                a.name() + ": expected a transform (8,) or (n, 8), got shape " + t.shape());
          }
          Tensor rows = t.rank() == 1 ? Prims.expandDims(t, 0) : t;
          Coordinates c = new Coordinates(
              a.name(), Coordinates.order(a.name(), a.given(2)), a.given(3), a.real(4));
          return warped(
              x,
              Layout.of(a.get(5)),
              rows.dtype(),
              c,
              (y, z) -> Prims.div(line(rows, 3, y, z), depth(rows, y, z)),
              (y, z) -> Prims.div(line(rows, 0, y, z), depth(rows, y, z)));
        },
        images,
        transform,
        interpolation,
        fillMode,
        fillValue,
        dataFormat);
  }

  // t[i] z + t[i + 1] y + t[i + 2]
  private static Tensor line(Tensor t, int i, Tensor y, Tensor z) {
    Tensor scaled = Prims.add(Prims.mul(entry(t, i), z), Prims.mul(entry(t, i + 1), y));
    return Prims.add(scaled, entry(t, i + 2));
  }

  private static Tensor entry(Tensor t, int i) {
    return Prims.expandDims(Prims.slice(t, 1, i, i + 1), 2);
  }

  /** {@link #perspectiveTransform(Object, Object, Object, String, double, String)}, zeros beyond. */
  public static Tensor perspectiveTransform(Object images, Object startPoints, Object endPoints) {
    return perspectiveTransform(images, startPoints, endPoints, "bilinear", 0, null);
  }

  /**
   * Images seen in perspective: four points come to where four others are
   * ({@code keras.ops.image.perspective_transform}).
   *
   * @param images {@code (height, width, channels)} or a batch of such, or with channels first
   * @param startPoints columns and rows of the corners {@code (4, 2)}, or of each image {@code (n, 4, 2)}
   * @param endPoints where they come to
   * @param interpolation {@code "bilinear"} or {@code "nearest"}
   * @param fillValue what is beyond the borders
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @throws IllegalArgumentException if an argument does not fit
   */
  public static Tensor perspectiveTransform(
      Object images,
      Object startPoints,
      Object endPoints,
      String interpolation,
      double fillValue,
      @Nullable String dataFormat) {
    return Op.call(
        "ops.image.perspective_transform",
        a -> {
          Tensor x = Images.of(a, 0);
          Tensor from = points(a, 1);
          Tensor to = points(a, 2);
          if (!from.shape().isCompatible(to.shape())) {
            throw new IllegalArgumentException(
                a.name() + ": start_points and end_points must have the same shape, got "
                    + from.shape() + " and " + to.shape());
          }
          Tensor h = homography(from, to);
          Coordinates c = new Coordinates(
              a.name(), Coordinates.order(a.name(), a.given(3)), "constant", a.real(4));
          return warped(
              x,
              Layout.of(a.get(5)),
              h.dtype(),
              c,
              (y, z) -> Prims.div(line(h, 3, y, z), depth(h, y, z)),
              (y, z) -> Prims.div(line(h, 0, y, z), depth(h, y, z)));
        },
        images,
        startPoints,
        endPoints,
        interpolation,
        fillValue,
        dataFormat);
  }

  private static Tensor depth(Tensor h, Tensor y, Tensor z) {
    Tensor scaled = Prims.add(Prims.mul(entry(h, 6), z), Prims.mul(entry(h, 7), y));
    return Prims.add(scaled, 1);
  }

  private static Tensor points(Op.Args a, int i) {
    Tensor p = inFloat32(a.tensor(i));
    Shape s = p.shape();
    if (s.rank() < 2 || s.rank() > 3 || s.dim(-2) != 4 || s.last() != 2) {
      throw new IllegalArgumentException(
          a.name() + ": expected points (4, 2) or (n, 4, 2), got shape " + s);
    }
    return s.rank() == 2 ? Prims.expandDims(p, 0) : p;
  }

  /**
   * The transform that perspective takes four points back by: from {@code endPoints} to {@code startPoints}.
   *
   * @param startPoints columns and rows of points {@code (4, 2)} or {@code (n, 4, 2)}
   * @param endPoints where they come to
   * @return {@code (n, 8)}, float32: entries of a matrix by rows, the ninth being 1
   * @throws IllegalArgumentException if an argument does not fit
   */
  @Extension
  public static Tensor computeHomographyMatrix(Object startPoints, Object endPoints) {
    return Op.call(
        "ops.image.compute_homography_matrix",
        a -> homography(points(a, 0), points(a, 1)),
        startPoints,
        endPoints);
  }

  // (n, 8): the transform from where points come to back to where they start
  private static Tensor homography(Tensor from, Tensor to) {
    Tensor fx = Prims.slice(from, 2, 0, 1);
    Tensor fy = Prims.slice(from, 2, 1, 2);
    Tensor x = Prims.slice(to, 2, 0, 1);
    Tensor y = Prims.slice(to, 2, 1, 2);
    Tensor zero = Prims.zerosLike(x);
    Tensor one = Prims.onesLike(x);
    Tensor across = Prims.concat(
        List.of(
            x, y, one, zero, zero, zero, Prims.neg(Prims.mul(fx, x)), Prims.neg(Prims.mul(fx, y))),
        2);
    Tensor down = Prims.concat(
        List.of(
            zero, zero, zero, x, y, one, Prims.neg(Prims.mul(fy, x)), Prims.neg(Prims.mul(fy, y))),
        2);
    Tensor matrix = Prims.concat(List.of(across, down), 1);
    return Prims.sum(LinalgOps.solve(matrix, Prims.concat(List.of(fx, fy), 1)), 2);
  }

  /** {@link #elasticTransform(Object, Object, Object, String, String, double, Object, String)}. */
  public static Tensor elasticTransform(Object images, double alpha, double sigma, Object seed) {
    return elasticTransform(images, alpha, sigma, "bilinear", "reflect", 0, seed, null);
  }

  /**
   * Images distorted smoothly at random ({@code keras.ops.image.elastic_transform}).
   *
   * @param images {@code (height, width, channels)} or a batch of such, or with channels first; sizes known
   * @param options how strongly and smoothly, and the like
   * @return the images
   */
  public static Tensor elasticTransform(Object images, ElasticOptions options) {
    return elasticTransform(
        images,
        options.alpha(),
        options.sigma(),
        options.interpolation(),
        options.fillMode(),
        options.fillValue(),
        options.seed(),
        options.dataFormat());
  }

  /**
   * Images distorted smoothly at random ({@code keras.ops.image.elastic_transform}; Simard et al. 2003).
   *
   * @param images {@code (height, width, channels)} or a batch of such, or with channels first; sizes known
   * @param alpha how strongly
   * @param sigma how smoothly: the standard deviation, known, of what the random shifts are blurred with
   * @param interpolation {@code "bilinear"} or {@code "nearest"}
   * @param fillMode as in {@link #mapCoordinates(Object, Object, int, String, double)}
   * @param fillValue what is beyond the borders, if constant
   * @param seed an integer, a {@link org.keras4j.ops.random.SeedGenerator}, or null
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @throws IllegalArgumentException if an argument does not fit
   */
  public static Tensor elasticTransform(
      Object images,
      Object alpha,
      Object sigma,
      String interpolation,
      String fillMode,
      double fillValue,
      @Nullable Object seed,
      @Nullable String dataFormat) {
    return Op.call(
        "ops.image.elastic_transform",
        ImageTransformOps::elastic,
        images,
        alpha,
        sigma,
        interpolation,
        fillMode,
        fillValue,
        seed,
        dataFormat,
        null);
  }

  /**
   * Likewise, with a smoothness that is not known before the function runs.
   *
   * @param sigma a scalar from 0 to {@code maxSigma}
   * @param maxSigma its upper limit, which the work depends on
   */
  @Extension
  public static Tensor elasticTransform(
      Object images,
      Object alpha,
      Object sigma,
      double maxSigma,
      String interpolation,
      String fillMode,
      double fillValue,
      @Nullable Object seed,
      @Nullable String dataFormat) {
    return Op.call(
        "ops.image.elastic_transform",
        ImageTransformOps::elastic,
        images,
        alpha,
        sigma,
        interpolation,
        fillMode,
        fillValue,
        seed,
        dataFormat,
        maxSigma);
  }

  private static Tensor elastic(Op.Args a) {
    Tensor given = Images.of(a, 0);
    Tensor sigma = a.tensor(2, DType.FLOAT32);
    double most = a.isGiven(8) ? a.real(8) : Literals.number(a.name(), a.get(2));
    Tensor alpha = a.tensor(1, DType.FLOAT32);
    Coordinates c =
        new Coordinates(a.name(), Coordinates.order(a.name(), a.given(3)), a.given(4), a.real(5));
    Tensor key = SeedGenerator.draw(a.get(6));
    Tensor line = bell((int) (6 * most) | 1, sigma, a.isGiven(8));
    return Images.onBatch(given, Layout.of(a.get(7)), x -> {
      // as in Keras one draw shifts both down and across
      Shape shape = x.shape().slice(0, 3);
      Tensor noise = shape.isKnown()
          ? Prims.mul(Threefry.normal(key, shape), sigma)
          : Prims.sum(Prims.zerosLike(Prims.slice(x, 3, 0, 1)), 3);
      // what blurs across is that which blurs down: two lines cost less than their product
      Tensor lines = Prims.expandDims(Prims.convert(noise, DType.FLOAT32), 3);
      Tensor smooth = ImageFilterOps.filtered(
          ImageFilterOps.filtered(lines, Prims.expandDims(line, 1), "same"),
          Prims.expandDims(line, 0),
          "same");
      Tensor shift = Prims.mul(Prims.sum(smooth, 3), alpha);
      Tensor down = Prims.add(shift, Prims.expandDims(Prims.iotaOf(x, 1, DType.FLOAT32), 0, 2));
      Tensor across = Prims.add(shift, Prims.expandDims(Prims.iotaOf(x, 2, DType.FLOAT32), 0, 1));
      return c.read(x, List.of(down, across), 1);
    });
  }

  // a Gaussian line that reaches as far as the size allows; or, if told to, as 6 sigma pixels,
  // rounded
  // down to an even number, do, with zeros around
  private static Tensor bell(int size, Tensor sigma, boolean within) {
    int middle = size / 2;
    Tensor x = Prims.sub(Prims.iota(Shape.of(size), 0, DType.INT32), middle);
    Tensor at = Prims.convert(x, sigma.dtype());
    Tensor e = Prims.exp(Prims.mul(Prims.square(Prims.div(at, sigma)), -0.5));
    if (within) {
      Tensor whole = Prims.convert(Prims.mul(sigma, 6), DType.INT32);
      Tensor half =
          Prims.binary(BinaryKind.SHIFT_RIGHT_ARITHMETIC, whole, Prims.scalar(DType.INT32, 1L));
      e = Prims.select(Prims.le(Prims.abs(x), half), e, Prims.scalarLike(e, 0));
    }
    return Prims.div(e, Prims.sumKeep(e, 0));
  }
}
