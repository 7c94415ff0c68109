package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.image.AutoContrast;
import org.keras4j.layers.image.Boxes;
import org.keras4j.layers.image.CenterCrop;
import org.keras4j.layers.image.ContrastLimitedAdaptiveHistogramEqualization;
import org.keras4j.layers.image.CutMix;
import org.keras4j.layers.image.Equalization;
import org.keras4j.layers.image.ImageLayer;
import org.keras4j.layers.image.ImageSize;
import org.keras4j.layers.image.MaxNumBoundingBoxes;
import org.keras4j.layers.image.MixUp;
import org.keras4j.layers.image.RandomBrightness;
import org.keras4j.layers.image.RandomColorDegeneration;
import org.keras4j.layers.image.RandomContrast;
import org.keras4j.layers.image.RandomCrop;
import org.keras4j.layers.image.RandomElasticTransform;
import org.keras4j.layers.image.RandomErasing;
import org.keras4j.layers.image.RandomFlip;
import org.keras4j.layers.image.RandomGaussianBlur;
import org.keras4j.layers.image.RandomHue;
import org.keras4j.layers.image.RandomInvert;
import org.keras4j.layers.image.RandomPerspective;
import org.keras4j.layers.image.RandomPosterization;
import org.keras4j.layers.image.RandomRotation;
import org.keras4j.layers.image.RandomSaturation;
import org.keras4j.layers.image.RandomSharpness;
import org.keras4j.layers.image.RandomShear;
import org.keras4j.layers.image.RandomTranslation;
import org.keras4j.layers.image.RandomZoom;
import org.keras4j.layers.image.Resizing;
import org.keras4j.layers.image.Solarization;
import org.keras4j.ops.Ops;

/** Image layers make of given transformations what real Keras makes of them. */
class ImageLayersTest {
  private static Recorded recorded;

  @BeforeAll
  static void read() throws IOException {
    recorded = Recorded.read("image_layers.npz");
  }

  private static Tensor of(String key) {
    return recorded.of(key);
  }

  private static void same(String key, Tensor found) {
    recorded.same(key, found);
  }

  private static Boxes boxes() {
    return new Boxes(of("boxes"), of("box_labels"));
  }

  private static <T> void images(String key, ImageLayer<?, T> layer, String in, T chosen) {
    same(key, layer.transformImages(of(in), chosen, true));
  }

  private static <T> void boxes(String key, ImageLayer<?, T> layer, T chosen) {
    Boxes b = layer.transformBoundingBoxes(boxes(), chosen, true);
    same(key + "/boxes", b.boxes());
    same(key + "/box_labels", b.labels());
  }

  private static <T> void masks(String key, ImageLayer<?, T> layer, T chosen) {
    same(key + "/masks", layer.transformSegmentationMasks(of("masks"), chosen, true));
  }

  private static Tensor per(double... values) {
    return Ops.cast(Ops.array(values), "float32");
  }

  private static Tensor each(double... values) {
    return Ops.reshape(per(values), -1, 1, 1, 1);
  }

  private static Tensor flags(boolean... values) {
    return Ops.array(values);
  }

  private static final String FIRST = "channels_first";

  @Test
  void brightness() {
    images(
        "brightness",
        new RandomBrightness(0.5),
        "images",
        new RandomBrightness.Delta(each(40, -90)));
  }

  @Test
  void contrast() {
    RandomContrast.Contrast c = new RandomContrast.Contrast(each(1.3, 0.4));
    images("contrast", new RandomContrast(0.5), "images", c);
    images("contrast_first", new RandomContrast(0.5).dataFormat(FIRST), "first", c);
  }

  @Test
  void hue() {
    RandomHue.Turn t = new RandomHue.Turn(per(0.2, -0.35));
    images("hue", new RandomHue(0.5), "images", t);
    images("hue_first", new RandomHue(0.5).dataFormat(FIRST), "first", t);
  }

  @Test
  void saturation() {
    RandomSaturation.Saturation s = new RandomSaturation.Saturation(per(0.5, 3));
    images("saturation", new RandomSaturation(0.5), "unit", s);
    RandomSaturation first = new RandomSaturation(0.5).valueRange(0, 1).dataFormat(FIRST);
    same("saturation_first", first.transformImages(Ops.divide(of("first"), 255), s, true));
  }

  @Test
  void sharpness() {
    RandomSharpness.Sharpness s = new RandomSharpness.Sharpness(per(0.1, 0.9));
    images("sharpness", new RandomSharpness(0.5), "images", s);
    images("sharpness_first", new RandomSharpness(0.5).dataFormat(FIRST), "first", s);
  }

  @Test
  void colorsAndBits() {
    images(
        "degeneration",
        new RandomColorDegeneration(0.5),
        "images",
        new RandomColorDegeneration.Degeneration(each(0.3, 1)));
    RandomPosterization.Posterization p =
        new RandomPosterization.Posterization(Ops.array(new int[] {5, 7}, "uint8"));
    images("posterization", new RandomPosterization(3), "images", p);
    images("posterization_unit", new RandomPosterization(3).valueRange(0, 1), "unit", p);
    images("invert", new RandomInvert(), "images", new RandomInvert.Inversion(flags(true, false)));
    Solarization.Solar s = new Solarization.Solar(each(20, 0), each(128, 90));
    images("solarization", new Solarization(), "images", s);
    images("solarization_unit", new Solarization().valueRange(0, 1), "unit", s);
  }

  @Test
  void gaussianBlur() {
    images(
        "blur",
        new RandomGaussianBlur().kernelSize(3, 5),
        "images",
        new RandomGaussianBlur.Blur(flags(false, true), per(0.6, 0.9)));
  }

  private static Tensor height() {
    return Ops.array(6f);
  }

  private static Tensor width() {
    return Ops.array(8f);
  }

  @Test
  void flip() {
    RandomFlip.Flips f =
        new RandomFlip.Flips(Ops.reshape(flags(true, false), -1, 1, 1, 1), height(), width());
    for (String format : List.of("xyxy", "center_xywh", "rel_xyxy")) {
      RandomFlip layer = new RandomFlip().boundingBoxFormat(format);
      images("flip_" + format, layer, "images", f);
      boxes("flip_" + format, layer, f);
      masks("flip_" + format, layer, f);
    }
    images("flip_horizontal", new RandomFlip("horizontal").dataFormat(FIRST), "first", f);
  }

  @Test
  void rotation() {
    RandomRotation layer = new RandomRotation(0.5).boundingBoxFormat("xyxy");
    RandomRotation.Rotation r = new RandomRotation.Rotation(per(30, -100), height(), width());
    images("rotation", layer, "images", r);
    boxes("rotation", layer, r);
    masks("rotation", layer, r);
  }

  private static Tensor rows(double[]... values) {
    return Ops.cast(Ops.array(values), "float32");
  }

  @Test
  void translation() {
    RandomTranslation layer =
        new RandomTranslation(0.3, 0.3).fillMode("constant").fillValue(7).boundingBoxFormat("xywh");
    Tensor by = rows(new double[] {1.5, -2}, new double[] {-1, 0.5});
    RandomTranslation.Translation t = new RandomTranslation.Translation(by, height(), width());
    images("translation", layer, "images", t);
    boxes("translation", layer, t);
    masks("translation", layer, t);
  }

  @Test
  void zoom() {
    RandomZoom layer = new RandomZoom(0.3).boundingBoxFormat("xyxy");
    RandomZoom.Zoom z = new RandomZoom.Zoom(
        rows(new double[] {1.2}, new double[] {0.6}),
        rows(new double[] {0.7}, new double[] {1.4}),
        height(),
        width());
    images("zoom", layer, "images", z);
    boxes("zoom", layer, z);
    masks("zoom", layer, z);
  }

  @Test
  void shear() {
    RandomShear layer = new RandomShear(0.3, 0.3).fillMode("nearest").boundingBoxFormat("xyxy");
    Tensor by = rows(new double[] {0.2, -0.3}, new double[] {-0.4, 0.1});
    RandomShear.Shear s = new RandomShear.Shear(by, height(), width());
    images("shear", layer, "images", s);
    boxes("shear", layer, s);
    masks("shear", layer, s);
  }

  @Test
  void perspective() {
    RandomPerspective layer = new RandomPerspective().fillValue(9).boundingBoxFormat("xyxy");
    RandomPerspective.Perspective p = new RandomPerspective.Perspective(
        flags(true, true), of("perspective/start"), of("perspective/end"), height(), width());
    images("perspective", layer, "images", p);
    boxes("perspective", layer, p);
    masks("perspective", layer, p);
  }

  @Test
  void elastic() {
    RandomElasticTransform layer = new RandomElasticTransform();
    RandomElasticTransform.Elastic e =
        new RandomElasticTransform.Elastic(flags(true, false), Ops.squeeze(per(0.8), 0), 3);
    images("elastic", layer, "images", e);
    masks("elastic", layer, e);
    assertThrows(
        IllegalArgumentException.class, () -> layer.transformBoundingBoxes(boxes(), e, true));
  }

  @Test
  void sizes() {
    ImageSize size = new ImageSize(6, 8);
    for (int[] to : new int[][] {{4, 5}, {7, 5}, {4, 9}}) {
      String key = "center_crop_" + to[0] + "_" + to[1];
      CenterCrop layer = new CenterCrop(to[0], to[1]).boundingBoxFormat("xyxy");
      images(key, layer, "images", size);
      boxes(key, layer, size);
      masks(key, layer, size);
    }
    for (String how : List.of("stretch", "crop_to_aspect_ratio", "pad_to_aspect_ratio")) {
      Resizing layer = new Resizing(5, 9)
          .cropToAspectRatio(how.startsWith("crop"))
          .padToAspectRatio(how.startsWith("pad"))
          .boundingBoxFormat("xyxy");
      images("resizing_" + how, layer, "images", size);
      boxes("resizing_" + how, layer, size);
    }
    for (int[] to : new int[][] {{4, 8}, {8, 6}, {6, 8}, {9, 12}}) {
      Layer layer = new RandomCrop(to[0], to[1]);
      same("random_crop_" + to[0] + "_" + to[1], layer.invoke(of("images")));
    }
  }

  @Test
  void erasing() {
    images(
        "erasing",
        new RandomErasing(),
        "images",
        new RandomErasing.Erasure(flags(true, true), of("square"), per(50)));
  }

  @Test
  void mixtures() {
    Tensor order = Ops.array(new int[] {1, 0});
    CutMix cut = new CutMix();
    CutMix.Cut c = new CutMix.Cut(order, of("square"), each(0.75, 0.875));
    images("cut_mix", cut, "images", c);
    masks("cut_mix", cut, c);
    same("cut_mix/labels", cut.transformLabels(of("labels"), c, true));
    MixUp mix = new MixUp();
    MixUp.Mix m = new MixUp.Mix(per(0.25, 0.6), order);
    images("mix_up", mix, "images", m);
    boxes("mix_up", mix, m);
    same("mix_up/labels", mix.transformLabels(of("labels"), m, true));
  }

  @Test
  void histograms() {
    same("auto_contrast", new AutoContrast().invoke(of("images")));
    same(
        "auto_contrast_first",
        new AutoContrast().valueRange(0, 1).dataFormat(FIRST).invoke(Ops.divide(of("first"), 255)));
    Tensor large = of("large");
    Tensor unit = Ops.divide(large, 255);
    Tensor first = Ops.transpose(large, 0, 3, 1, 2);
    same("equalization", new Equalization().invoke(large));
    same("equalization_bins", new Equalization().valueRange(0, 1).bins(32).invoke(unit));
    same("equalization_first", new Equalization().dataFormat(FIRST).invoke(first));
    same("clahe", clahe().tileGridSize(4, 3).invoke(large));
    same("clahe_unit", clahe().valueRange(0, 1).clipLimit(0).tileGridSize(5, 2).invoke(unit));
    same("clahe_first", clahe().tileGridSize(3, 4).dataFormat(FIRST).invoke(first));
  }

  private static ContrastLimitedAdaptiveHistogramEqualization clahe() {
    return new ContrastLimitedAdaptiveHistogramEqualization();
  }

  @Test
  void numbersOfBoxes() {
    Map<String, Object> in = Map.of(
        "images", of("images"),
        "bounding_boxes", Map.of("boxes", of("boxes"), "labels", of("box_labels")));
    for (int n : new int[] {2, 5}) {
      Layer layer = new MaxNumBoundingBoxes(n).boundingBoxFormat("xyxy");
      Map<?, ?> out = (Map<?, ?>) layer.invokeNested(in, CallArgs.of());
      Map<?, ?> b = (Map<?, ?>) Objects.requireNonNull(out.get("bounding_boxes"));
      same("max_boxes_" + n + "/boxes", (Tensor) Objects.requireNonNull(b.get("boxes")));
      same("max_boxes_" + n + "/box_labels", (Tensor) Objects.requireNonNull(b.get("labels")));
    }
    IllegalArgumentException e = assertThrows(
        IllegalArgumentException.class,
        () -> new MaxNumBoundingBoxes(2).invokeNested(in, CallArgs.of()));
    assertTrue(e.getMessage().contains("boundingBoxFormat"), e.getMessage());
  }
}
