package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.image.AugMix;
import org.keras4j.layers.image.AutoContrast;
import org.keras4j.layers.image.CenterCrop;
import org.keras4j.layers.image.ContrastLimitedAdaptiveHistogramEqualization;
import org.keras4j.layers.image.CutMix;
import org.keras4j.layers.image.Equalization;
import org.keras4j.layers.image.ImageLayer;
import org.keras4j.layers.image.MixUp;
import org.keras4j.layers.image.RandAugment;
import org.keras4j.layers.image.RandomBrightness;
import org.keras4j.layers.image.RandomColorDegeneration;
import org.keras4j.layers.image.RandomColorJitter;
import org.keras4j.layers.image.RandomContrast;
import org.keras4j.layers.image.RandomCrop;
import org.keras4j.layers.image.RandomElasticTransform;
import org.keras4j.layers.image.RandomErasing;
import org.keras4j.layers.image.RandomFlip;
import org.keras4j.layers.image.RandomGaussianBlur;
import org.keras4j.layers.image.RandomGrayscale;
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
import org.keras4j.layers.preprocessing.Pipeline;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.ops.random.SeedGenerator;

/** Augmentations draw the same numbers however they run, and numbers of the right distribution. */
class AugmentationTest {
  private static final Tensor IMAGES = RandomOps.uniform(new int[] {4, 8, 10, 3}, 0, 255, null, 7);

  // with training, eagerly and compiled, of a layer and of one made of its config, which has the
  // same seed
  private static void check(Layer layer) {
    check(layer, IMAGES);
  }

  private static void check(Layer layer, Object in) {
    String name = layer.getClass().getSimpleName();
    CallArgs training = CallArgs.training(true);
    Object tree = Serializer.serialize(layer);
    Layer copy = (Layer) Objects.requireNonNull(Serializer.deserialize(tree));
    assertEquals(tree, Serializer.serialize(copy), name);
    SeedGenerator.setRandomSeed(1);
    Object eager = layer.invokeNested(in, training);
    SeedGenerator.setRandomSeed(1);
    List<Tensor> leaves = Nest.tensors(in);
    copy.buildFor(Map.of(
        "data_shape", Objects.requireNonNull(Nest.map(in, x -> ((Tensor) x).shape()))));
    Jit jit = Jit.of(x -> copy.invokeNested(Nest.pack(in, (List<?>) x), training));
    same(name, Nest.tensors(eager), Nest.tensors(jit.call(leaves)));
    Object unknown = Nest.map(in, x -> {
      Tensor t = (Tensor) x;
      return new KerasTensor(new TensorSpec(t.shape().with(0, Shape.UNKNOWN), t.dtype()), "x");
    });
    List<Tensor> symbolic = Nest.tensors(layer.invokeNested(unknown, training));
    List<Tensor> results = Nest.tensors(eager);
    for (int i = 0; i < results.size(); i++) {
      Tensor a = results.get(i);
      Tensor b = symbolic.get(i);
      assertTrue(
          a.dtype() == b.dtype() && a.shape().isCompatible(b.shape()),
          () -> name + ": " + b.spec() + " instead of " + a.spec());
    }
  }

  private static void same(String name, List<Tensor> expected, List<Tensor> found) {
    assertEquals(expected.size(), found.size(), name);
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).spec(), found.get(i).spec(), name);
      NDArray a = expected.get(i).toNDArray();
      NDArray b = found.get(i).toNDArray();
      for (int k = 0; k < a.size(); k++) {
        double x = a.getDouble(k);
        assertEquals(x, b.getDouble(k), 2e-3 + 1e-4 * Math.abs(x), name + " " + i + ", " + k);
      }
    }
  }

  @Test
  void colors() {
    check(new RandomBrightness(0.5).seed(3));
    check(new RandomContrast(0.5).seed(3));
    check(new RandomHue(0.5).seed(3));
    check(new RandomSaturation(0.2, 0.8).seed(3), Ops.divide(IMAGES, 255));
    check(new RandomSharpness(0.9).seed(3));
    check(new RandomColorDegeneration(0.9).seed(3));
    check(new RandomPosterization(2, 8).seed(3));
    check(new RandomInvert().seed(3));
    check(new RandomGaussianBlur().kernelSize(5, 3).seed(3));
    check(new Solarization().additionFactor(0.3).thresholdFactor(0.8).seed(3));
    check(
        new RandomColorJitter()
            .brightnessFactor(0.2)
            .contrastFactor(0.1, 0.3)
            .saturationFactor(0.5)
            .hueFactor(0.1)
            .valueRange(0, 1)
            .seed(3),
        Ops.divide(IMAGES, 255));
  }

  @Test
  void places() {
    check(new RandomFlip("horizontal").seed(3));
    check(new RandomRotation(0.2).seed(3));
    check(new RandomTranslation(List.of(-0.2, 0.2), List.of(-0.1, 0.4))
        .fillMode("wrap")
        .seed(3));
    check(new RandomZoom(0.3).interpolation("nearest").seed(3));
    check(new RandomZoom(-0.3, 0.2).seed(3));
    check(new RandomShear(0.3, 0.2).seed(3));
    check(new RandomPerspective().seed(3));
    check(new RandomElasticTransform().seed(3));
    check(new RandomCrop(5, 6).seed(3));
    check(new CenterCrop(5, 6));
    check(new Resizing(5, 6));
  }

  @Test
  void mixturesAndPolicies() {
    check(new RandomErasing().seed(3));
    check(new RandomErasing().fillValue(1, 2, 3).seed(3));
    check(new CutMix().seed(3));
    check(new MixUp(0.4).seed(3));
    check(new RandAugment().seed(3));
    check(new AugMix().seed(3));
    check(new AugMix().allOps(false).numChains(2).chainDepth(1).seed(3));
    check(new AutoContrast());
    check(new Equalization());
    check(new ContrastLimitedAdaptiveHistogramEqualization().tileGridSize(2, 2));
    check(new Pipeline(new RandomFlip().seed(3), new RandomBrightness(0.1).seed(4)));
  }

  private static Map<String, Object> everything() {
    Map<String, Object> in = new LinkedHashMap<>();
    in.put("images", IMAGES);
    in.put("labels", Ops.oneHot(Ops.array(new int[] {0, 2, 1, 2}), 3));
    in.put("segmentation_masks", Ops.floor(RandomOps.uniform(new int[] {4, 8, 10, 1}, 0, 3)));
    Tensor corner = RandomOps.uniform(new int[] {4, 2, 2}, 0, 4);
    Tensor size = RandomOps.uniform(new int[] {4, 2, 2}, 1, 4);
    in.put(
        "bounding_boxes",
        Map.of(
            "boxes", Ops.concatenate(List.of(corner, Ops.add(corner, size)), -1),
            "labels", Ops.array(new int[][] {{0, 1}, {1, 2}, {2, 0}, {1, 1}})));
    return in;
  }

  @Test
  void labelsBoxesAndMasks() {
    Map<String, Object> in = everything();
    List<ImageLayer<?, ?>> layers = List.of(
        new RandomFlip().seed(3),
        new RandomRotation(0.2).seed(3),
        new RandomTranslation(0.2, 0.2).seed(3),
        new RandomZoom(0.2).seed(3),
        new RandomShear(0.2, 0.2).seed(3),
        new RandomPerspective().seed(3),
        new RandomCrop(5, 6).seed(3),
        new CenterCrop(5, 6),
        new Resizing(5, 6),
        new RandAugment().seed(3),
        new RandomGaussianBlur().seed(3));
    for (ImageLayer<?, ?> l : layers) {
      l.boundingBoxFormat("xyxy");
      check(l, in);
    }
    Map<String, Object> rest = new LinkedHashMap<>(in);
    rest.remove("bounding_boxes");
    check(new CutMix().seed(3), rest);
    check(new RandomElasticTransform().seed(3), rest);
    check(new AugMix().seed(3), rest);
  }

  @Test
  void singleImagesAndEvaluation() {
    Tensor one = Ops.squeeze(Ops.getItem(IMAGES, 0));
    for (Layer l : List.of(
        new RandomBrightness(0.5),
        new RandomRotation(0.3),
        new CutMix(),
        new MixUp(),
        new RandomErasing(),
        new RandAugment(),
        new AugMix())) {
      assertEquals(one.shape(), l.invoke(one).shape());
      Tensor off =
          Ops.max(Ops.abs(Ops.subtract(l.invoke(IMAGES, CallArgs.training(false)), IMAGES)));
      assertEquals(0, off.item(), l.getClass().getSimpleName());
    }
    assertThrows(
        IllegalArgumentException.class, () -> new RandomFlip().invoke(Ops.zeros(new int[] {3, 3})));
  }

  @Test
  void halves() {
    List<Layer> layers = new ArrayList<>(List.of(
        new RandomHue(0.2),
        new RandomSharpness(0.5),
        new RandomPerspective(),
        new RandomErasing(),
        new RandAugment(),
        new RandomCrop(4, 4)));
    for (Layer l : layers) {
      l.dtype("mixed_float16");
      assertEquals("float16", l.invoke(IMAGES).dtype().toString(), l.getClass().getSimpleName());
    }
  }

  private static Tensor many(int n) {
    return Ops.full(new int[] {n, 2, 2, 3}, 100.0);
  }

  @Test
  void distributions() {
    int n = 1000;
    Tensor bright = new RandomBrightness(-0.1, 0.3).seed(1).invoke(many(n));
    Tensor perImage = Ops.mean(bright, new int[] {1, 2, 3});
    // uniform from 100 - 25.5 to 100 + 76.5
    assertEquals(125.5, Ops.mean(perImage).item(), 4);
    assertEquals(102 / Math.sqrt(12), Ops.std(perImage).item(), 3);
    assertTrue(Ops.min(perImage).item() >= 74.4 && Ops.max(perImage).item() <= 176.6);
    // each image is inverted with a probability of its own, a half in the mean
    Tensor inverted = new RandomInvert().seed(1).invoke(many(n));
    assertEquals(0.5, Ops.mean(Ops.equal(inverted, 155)).item(), 0.06);
    Tensor sure = new RandomInvert().factor(1, 1).seed(1).invoke(many(n));
    assertEquals(1, Ops.mean(Ops.equal(sure, 155)).item(), 1e-6);
    Tensor ramp =
        Ops.tile(Ops.reshape(Ops.array(new float[] {0, 1, 2, 3}), 1, 2, 2, 1), List.of(n, 1, 1, 1));
    Tensor flipped = new RandomFlip("horizontal").seed(1).invoke(ramp);
    assertEquals(
        0.5, Ops.mean(Ops.equal(Ops.take(Ops.reshape(flipped, n, 4), 0, 1), 1)).item(), 0.06);
    Tensor bits = new RandomPosterization(1, 3)
        .seed(1)
        .randomTransformation(many(n), true, null)
        .shiftFactor();
    assertEquals(6.5, Ops.mean(Ops.cast(bits, "float32")).item(), 0.06);
  }

  @Test
  void eachCallDiffers() {
    RandomBrightness l = new RandomBrightness(0.5).seed(1);
    assertNotEquals(
        Ops.mean(l.invoke(IMAGES)).item(), Ops.mean(l.invoke(IMAGES)).item());
    Tensor a = l.randomTransformation(IMAGES, true, 5).rgbDelta();
    Tensor b = l.randomTransformation(IMAGES, true, 5).rgbDelta();
    assertEquals(0, Ops.max(Ops.abs(Ops.subtract(a, b))).item());
  }

  @Test
  void settingsAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> new RandomBrightness(1.5));
    assertThrows(IllegalArgumentException.class, () -> new RandomShear(-0.1, 0));
    assertThrows(IllegalArgumentException.class, () -> new RandomZoom(-1.0));
    assertThrows(IllegalArgumentException.class, () -> new RandomGrayscale(2));
    assertThrows(IllegalArgumentException.class, () -> new RandomFlip("sideways"));
    assertThrows(IllegalArgumentException.class, () -> new RandomGaussianBlur().kernelSize(2, 3));
    assertThrows(IllegalArgumentException.class, () -> new RandomErasing().fillValue(1, 2));
    assertThrows(IllegalArgumentException.class, () -> new RandomRotation(0.1).fillMode("mirror"));
    assertEquals(List.of(-0.5, 0.5), new RandomBrightness(0.5).getConfig().get("factor"));
    assertEquals(List.of(0, 0.5), new RandomContrast(0.5).getConfig().get("factor"));
  }
}
