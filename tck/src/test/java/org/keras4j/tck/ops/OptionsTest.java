package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.image.BoundingBoxes;
import org.keras4j.layers.image.BoxCoding;
import org.keras4j.layers.image.BoxTransform;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.ops.types.AttentionOptions;
import org.keras4j.ops.types.BatchNormalizationOptions;
import org.keras4j.ops.types.ConvOptions;
import org.keras4j.ops.types.CtcDecodeOptions;
import org.keras4j.ops.types.ElasticOptions;
import org.keras4j.ops.types.ImageMargins;
import org.keras4j.ops.types.IstftOptions;
import org.keras4j.ops.types.ResizeOptions;
import org.keras4j.ops.types.ScaleAndTranslateOptions;
import org.keras4j.ops.types.SpacingOptions;
import org.keras4j.ops.types.SsimOptions;
import org.keras4j.ops.types.UniqueOptions;
import org.keras4j.training.losses.CircleOptions;
import org.keras4j.training.losses.FocalOptions;
import org.keras4j.training.losses.Losses;

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

  @Test
  void convolutions() {
    Tensor x = RandomOps.normal(Shape.of(2, 9, 9, 4), 0, 1, null, 1);
    Tensor k = RandomOps.normal(Shape.of(3, 3, 4, 6), 0, 1, null, 2);
    Tensor deep = RandomOps.normal(Shape.of(3, 3, 4, 2), 0, 1, null, 3);
    Tensor point = RandomOps.normal(Shape.of(1, 1, 8, 5), 0, 1, null, 4);
    Tensor back = RandomOps.normal(Shape.of(3, 3, 6, 4), 0, 1, null, 5);
    ConvOptions o = ConvOptions.defaults().strides(2).padding("same").dataFormat(LAST);
    same(Ops.conv(x, k, 2, "same", LAST, 1), Ops.conv(x, k, o));
    same(Ops.depthwiseConv(x, deep, 2, "same", LAST, 1), Ops.depthwiseConv(x, deep, o));
    same(
        Ops.separableConv(x, deep, point, 2, "same", LAST, 1),
        Ops.separableConv(x, deep, point, o));
    same(
        Ops.conv(x, k, 1, "valid", null, List.of(1, 2)),
        Ops.conv(x, k, ConvOptions.defaults().dilationRate(1, 2)));
    ConvOptions padded = ConvOptions.defaults().strides(2, 3).outputPadding(1);
    same(
        Ops.convTranspose(x, back, List.of(2, 3), "valid", 1, null, 1),
        Ops.convTranspose(x, back, padded));
    Object anything = padded;
    same(Ops.convTranspose(x, back, padded), Ops.convTranspose(x, back, anything));
    String said = assertThrows(IllegalArgumentException.class, () -> Ops.conv(x, k, padded))
        .getMessage();
    assertEquals("ops.conv: outputPadding is for conv_transpose alone, got 1", said);
  }

  @Test
  void statisticsAndSequences() {
    Tensor x = RandomOps.normal(Shape.of(4, 5), 0, 1, null, 1);
    double[] mean = {0, 1, 2, 3, 4};
    double[] variance = {1, 2, 3, 4, 5};
    same(
        Ops.batchNormalization(x, mean, variance, -1, mean, variance, 0.1),
        Ops.batchNormalization(
            x,
            mean,
            variance,
            -1,
            BatchNormalizationOptions.defaults().offset(mean).scale(variance).epsilon(0.1)));
    Tensor logits = RandomOps.normal(Shape.of(2, 6, 4), 0, 1, null, 2);
    int[] lengths = {6, 4};
    List<Tensor> expected = Ops.ctcDecode(logits, lengths, "beam_search", 20, 3, false, 1);
    List<Tensor> decoded = Ops.ctcDecode(
        logits,
        lengths,
        CtcDecodeOptions.defaults()
            .strategy("beam_search")
            .beamWidth(20)
            .topPaths(3)
            .mergeRepeated(false)
            .maskIndex(1));
    for (int i = 0; i < 2; i++) {
      same(expected.get(i), decoded.get(i));
    }
    List<Tensor> waves = Ops.stft(RandomOps.normal(Shape.of(200), 0, 1, null, 3), 32, 16, 32);
    same(
        Ops.istft(waves, 32, 16, 32, 150, "hamming", true),
        Ops.istft(waves, 32, 16, 32, IstftOptions.defaults().window("hamming").length(150)));
  }

  @Test
  void numbersAndElements() {
    same(
        (Tensor) Ops.linspace(0, 1, 5, false, false, "float64", 0),
        Ops.linspace(0, 1, SpacingOptions.defaults().num(5).endpoint(false).dtype("float64")));
    same(
        Ops.logspace(0, 3, 4, true, 2, null, 0),
        Ops.logspace(0, 3, SpacingOptions.defaults().num(4).base(2)));
    same(
        Ops.geomspace(1, 8, 4, true, null, 0),
        Ops.geomspace(1, 8, SpacingOptions.defaults().num(4)));
    assertThrows(
        IllegalArgumentException.class,
        () -> Ops.linspace(0, 1, SpacingOptions.defaults().base(2)));
    int[] x = {3, 1, 3, 2, 1, 3};
    List<?> expected = (List<?>) Ops.unique(x, true, true, false, true, null, 5, 9);
    List<Tensor> found = Ops.unique(
        x, UniqueOptions.defaults().returnIndex(true).returnCounts(true).size(5).fillValue(9));
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < found.size(); i++) {
      same((Tensor) expected.get(i), found.get(i));
    }
    assertEquals(1, Ops.unique(x, UniqueOptions.defaults()).size());
    Tensor images = images(3);
    Object to = List.of(2, 6, 8, 3);
    List<Integer> axes = List.of(1, 2);
    same(
        Ops.Image.scaleAndTranslate(images, to, one2(0.5), one2(1), axes, "cubic", false),
        Ops.Image.scaleAndTranslate(
            images,
            to,
            one2(0.5),
            one2(1),
            axes,
            ScaleAndTranslateOptions.method("cubic").antialias(false)));
  }

  private static float[] one2(double value) {
    return new float[] {(float) value, (float) value};
  }

  @Test
  void lossesAndAnchors() {
    double[][] t = {{0, 1, 0}, {1, 0, 0}};
    double[][] p = {{0.2, 0.7, 0.1}, {0.4, 0.3, 0.3}};
    same(
        Losses.binaryFocalCrossentropy(t, p, true, 0.3, 3, true, 0.1, -1),
        Losses.binaryFocalCrossentropy(
            t,
            p,
            FocalOptions.defaults()
                .applyClassBalancing(true)
                .alpha(0.3)
                .gamma(3)
                .fromLogits(true)
                .labelSmoothing(0.1)));
    double[] alpha = {0.2, 0.3, 0.5};
    same(
        Losses.categoricalFocalCrossentropy(t, p, alpha, 2, false, 0, -1),
        Losses.categoricalFocalCrossentropy(t, p, FocalOptions.defaults().alpha(alpha)));
    assertThrows(
        IllegalArgumentException.class,
        () -> Losses.binaryFocalCrossentropy(t, p, FocalOptions.defaults().alpha(alpha)));
    assertThrows(
        IllegalArgumentException.class,
        () -> Losses.categoricalFocalCrossentropy(
            t, p, FocalOptions.defaults().applyClassBalancing(true)));
    int[] labels = {1, 2};
    same(
        Losses.circle(labels, p, labels, t, false, 64, 0.3),
        Losses.circle(
            labels,
            p,
            CircleOptions.defaults()
                .refLabels(labels)
                .refEmbeddings(t)
                .removeDiagonal(false)
                .gamma(64)
                .margin(0.3)));
    double[][] anchors = {{0, 0, 10, 10}, {5, 5, 20, 30}};
    double[][] boxes = {{1, 2, 9, 8}, {4, 6, 22, 28}};
    double[] variance = {0.1, 0.1, 0.2, 0.2};
    BoxCoding coding =
        BoxCoding.formats("xyxy", "xyxy").encodingFormat("center_xywh").variance(variance);
    Tensor deltas = BoundingBoxes.encodeBoxToDeltas(
        anchors, boxes, "xyxy", "xyxy", "center_xywh", variance, null);
    same(deltas, BoundingBoxes.encodeBoxToDeltas(anchors, boxes, coding));
    same(
        (Tensor) BoundingBoxes.decodeDeltasToBoxes(
            anchors, deltas, "xyxy", "xyxy", "center_xywh", variance, null),
        (Tensor) BoundingBoxes.decodeDeltasToBoxes(anchors, deltas, coding));
  }
}
