package org.keras4j.hub.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.hub.Golden;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.layers.CallArgs;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.optimizers.SGD;

/** Tiny models that see beside Hugging Face's, on every backend. */
class VisionGoldenTest {
  @TempDir
  Path folder;

  private int gradients(String kind, SafeTensors golden) throws IOException {
    int compared = 0;
    try (WeightSource before = SafeTensors.open(Golden.folder(kind));
        WeightSource after = SafeTensors.open(folder)) {
      assertEquals(before.names().size(), after.names().size());
      for (String name : before.names()) {
        if (golden.names().contains("grad." + name)) {
          NDArray step = Ops.subtract(before.read(name), after.read(name)).toNDArray();
          Golden.same(kind + " " + name, golden.read("grad." + name), step, 1e-5);
          compared++;
        }
      }
    }
    return compared;
  }

  @Test
  void vitTrainsTheSame() throws IOException {
    SafeTensors golden = Golden.expected("vision/vit");
    ViTPreset preset = ViTPreset.open(Golden.folder("vision/vit"));
    NDArray images = golden.read("images");
    Map<?, ?> out = (Map<?, ?>) preset.backbone().invokeNested(images, CallArgs.of());
    Golden.same(
        "vit",
        golden.read("sequence_output"),
        ((Tensor) out.get("sequence_output")).toNDArray(),
        1e-5);
    Functional model = preset.classifier(null);
    Golden.same("vit", golden.read("logits"), (NDArray) model.predictOnBatch(images), 1e-5);
    model.compile(new SGD(1), new SparseCategoricalCrossentropy().fromLogits(true));
    Map<String, Double> logs = model.trainOnBatch(images, golden.read("labels"));
    assertEquals(golden.read("loss").getDouble(0), logs.get("loss"), 1e-5);
    preset.save(model, List.of("a", "b", "c"), folder);
    assertTrue(gradients("vision/vit", golden) > 30);
    NDArray trained = (NDArray) model.predictOnBatch(images);
    Golden.same(
        "saved",
        trained,
        (NDArray) ViTPreset.open(folder).classifier(null).predictOnBatch(images),
        1e-6);
    Path file = folder.resolve("model.keras");
    model.save(file);
    Golden.same("saved", trained, (NDArray) Model.load(file).predictOnBatch(images), 1e-6);
    assertEquals(7, preset.classifier(7).outputs().get(0).shape().last());
  }

  @Test
  void clipSeesAndReadsTheSame() throws IOException {
    ClipPreset preset = ClipPreset.open(Golden.folder("vision/clip"));
    Functional clip = preset.model();
    seesAndReadsTheSame("vision/clip", clip, () -> preset.save(clip, folder));
  }

  @Test
  void siglipSeesAndReadsTheSame() throws IOException {
    SiglipPreset preset = SiglipPreset.open(Golden.folder("vision/siglip"));
    Functional siglip = preset.model();
    seesAndReadsTheSame("vision/siglip", siglip, () -> preset.save(siglip, folder));
  }

  private interface Saving {
    void run() throws IOException;
  }

  private void seesAndReadsTheSame(String kind, Functional clip, Saving save) throws IOException {
    SafeTensors golden = Golden.expected(kind);
    Map<String, Object> x = new LinkedHashMap<>();
    x.put("images", golden.read("images"));
    x.put("token_ids", golden.read("token_ids"));
    Map<?, ?> out = (Map<?, ?>) clip.predictOnBatch(x);
    for (String name : List.of("image_embeddings", "text_embeddings", "logits")) {
      Golden.same(name, golden.read(name), (NDArray) out.get(name), 1e-5);
    }
    // each image's own text is the right one
    Functional likeness =
        Model.of(clip.inputStructure(), ((Map<?, ?>) clip.outputStructure()).get("logits"));
    likeness.compile(new SGD(1), new SparseCategoricalCrossentropy().fromLogits(true));
    Map<String, Double> logs = likeness.trainOnBatch(x, NDArray.of(new int[] {0, 1}, 2));
    assertEquals(golden.read("loss").getDouble(0), logs.get("loss"), 1e-5);
    save.run();
    assertTrue(gradients(kind, golden) > 60);
    NDArray trained = (NDArray) likeness.predictOnBatch(x);
    Path file = folder.resolve("model.keras");
    likeness.save(file);
    Golden.same("saved", trained, (NDArray) Model.load(file).predictOnBatch(x), 1e-6);
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Patches(10, 4, 8, true, true));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PreNormEncoder(1, 3, 8, 8, "gelu", 1e-5, 0, 0, false));
  }

  @Test
  void sizesThatNoFileHasAreRefused() throws IOException {
    for (String key : List.of("num_hidden_layers", "hidden_size", "image_size", "patch_size")) {
      Golden.changed("vision/vit", folder, "\"" + key + "\": 2000000000");
      Golden.refused(key, () -> ViTPreset.open(folder).classifier(null));
      Golden.changed("vision/siglip", folder, "\"" + key + "\": 2000000000");
      Golden.refused(key, () -> SiglipPreset.open(folder).model());
      Golden.changed("vision/clip", folder, "\"" + key + "\": 2000000000");
      Golden.refused(key, () -> ClipPreset.open(folder).model());
    }
  }
}
