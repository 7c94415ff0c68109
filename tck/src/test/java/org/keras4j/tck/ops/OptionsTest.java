package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.image.BoundingBoxes;
import org.keras4j.layers.image.BoxTransform;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.ops.types.AttentionOptions;
import org.keras4j.ops.types.ElasticOptions;
import org.keras4j.ops.types.ImageMargins;
import org.keras4j.ops.types.ResizeOptions;
import org.keras4j.ops.types.SsimOptions;

/** Functions of many arguments do the same when options hold these. */
@Tag("pytorch")
class OptionsTest {
  private static final String LAST = "channels_last";

  private static Tensor images(int seed) {
    return RandomOps.uniform(Shape.of(2, 12, 16, 3), 0, 1, null, seed);
  }

  private static void same(Tensor expected, Tensor actual) {
    assertEquals(expected.toNDArray(), actual.toNDArray());
  }

  @Test
  void attention() {
    Tensor q = RandomOps.normal(Shape.of(2, 3, 2, 4), 0, 1, null, 1);
    Tensor k = RandomOps.normal(Shape.of(2, 5, 2, 4), 0, 1, null, 2);
    Tensor v = RandomOps.normal(Shape.of(2, 5, 2, 4), 0, 1, null, 3);
    Tensor bias = RandomOps.normal(Shape.of(2, 2, 3, 5), 0, 1, null, 4);
    Tensor mask = Ops.greater(bias, -0.5);
    same(
        Ops.dotProductAttention(q, k, v),
        Ops.dotProductAttention(q, k, v, AttentionOptions.defaults()));
    same(
        Ops.dotProductAttention(q, k, v, bias, mask, 0.3, true, false, null),
        Ops.dotProductAttention(
            q,
            k,
            v,
            AttentionOptions.defaults()
                .bias(bias)
                .mask(mask)
                .scale(0.3)
                .isCausal(true)
                .flashAttention(false)));
  }

  @Test
  void imagesResizedPaddedAndCropped() {
    Tensor x = images(1);
    List<Integer> size = List.of(5, 7);
    same(Ops.Image.resize(x, size), Ops.Image.resize(x, size, ResizeOptions.defaults()));
    same(
        Ops.Image.resize(x, size, "bicubic", true, false, true, "constant", 0.5, LAST),
        Ops.Image.resize(
            x,
            size,
            ResizeOptions.defaults()
                .interpolation("bicubic")
                .antialias(true)
                .cropToAspectRatio(false)
                .padToAspectRatio(true)
                .fillMode("constant")
                .fillValue(0.5)
                .dataFormat(LAST)));
    same(
        Ops.Image.padImages(x, 1, 2, null, null, 20, 30, LAST),
        Ops.Image.padImages(
            x,
            ImageMargins.defaults()
                .top(1)
                .left(2)
                .targetHeight(20)
                .targetWidth(30)
                .dataFormat(LAST)));
    same(
        Ops.Image.cropImages(x, null, null, 1, 2, 6, 8, null),
        Ops.Image.cropImages(
            x, ImageMargins.defaults().bottom(1).right(2).targetHeight(6).targetWidth(8)));
  }

  @Test
  void imagesDistortedAndCompared() {
    Tensor x = images(1);
    same(
        Ops.Image.elasticTransform(x, 10.0, 3.0, "nearest", "constant", 0.25, 7, LAST),
        Ops.Image.elasticTransform(
            x,
            ElasticOptions.defaults()
                .alpha(10)
                .sigma(3)
                .interpolation("nearest")
                .fillMode("constant")
                .fillValue(0.25)
                .seed(7)
                .dataFormat(LAST)));
    same(
        Ops.Image.elasticTransform(x, 20.0, 5.0, 7),
        Ops.Image.elasticTransform(x, ElasticOptions.defaults().seed(7)));
    same(Ops.Image.ssim(x, images(2)), Ops.Image.ssim(x, images(2), SsimOptions.defaults()));
    same(
        Ops.Image.ssim(x, images(2), 2.0, 5, 1.0, 0.02, 0.05, LAST),
        Ops.Image.ssim(
            x,
            images(2),
            SsimOptions.defaults()
                .maxVal(2)
                .filterSize(5)
                .filterSigma(1)
                .k1(0.02)
                .k2(0.05)
                .dataFormat(LAST)));
  }

  private static float[] one(double value) {
    return new float[] {(float) value};
  }

  @Test
  void boxes() {
    double[][][] boxes = {{{10, 20, 30, 40}, {0, 0, 5, 5}}};
    same(
        BoundingBoxes.affineTransform(
            boxes, one(15), one(0.1), one(-0.1), one(1.2), one(3), one(-2), 100, 200, 0.4, 0.6,
            "xyxy"),
        BoundingBoxes.affineTransform(
            boxes,
            100,
            200,
            "xyxy",
            BoxTransform.none()
                .angle(15)
                .translateX(0.1)
                .translateY(-0.1)
                .scale(1.2)
                .shearX(3)
                .shearY(-2)
                .centerX(0.4)
                .centerY(0.6)));
  }
}
