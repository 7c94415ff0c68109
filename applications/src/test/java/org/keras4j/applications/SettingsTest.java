package org.keras4j.applications;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.image.RandomFlip;
import org.keras4j.models.Functional;
import org.keras4j.ops.Ops;

/** Settings that do not go together are refused in words; those that do, do what they say. */
class SettingsTest {
  @TempDir
  Path folder;

  @AfterEach
  void usualLayout() {
    Keras.setImageDataFormat("channels_last");
  }

  private static void refused(String words, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(words), () -> "expected '" + words + "' in '" + message + "'");
  }

  @Test
  void classesOfPretrainedNetworksAreImageNets() {
    refused(
        "ResNet50: the weights 'imagenet' tell 1000 classes apart, got classes 10",
        () -> new ResNet50().classes(10).build());
    refused("'classes' expects a positive integer, got 0", () -> new VGG16().classes(0));
  }

  @Test
  void imagesOfPretrainedClassifiersHaveOneSize() {
    refused(
        "are for images (224, 224, 3), got 'inputShape' (200, 224, 3)",
        () -> new ResNet50V2().inputShape(200, 224, 3).build());
    refused(
        "are for images of 3 channels, got 'inputShape' (64, 64, 1)",
        () -> new DenseNet121().includeTop(false).inputShape(64, 64, 1).build());
    refused(
        "are for alpha one of [0.25, 0.5, 0.75, 1.0], got 0.3",
        () -> new MobileNet().alpha(0.3).build());
    refused(
        "are for depthMultiplier 1, got 2",
        () -> new MobileNet().depthMultiplier(2).build());
    refused(
        "are for alpha 1 of minimalistic networks, got 0.75",
        () -> new MobileNetV3Small().minimalistic(true).alpha(0.75).build());
    refused(
        "all sizes of 'inputShape' must be known, got (None, 64, 3)",
        () -> new NASNetLarge().includeTop(false).inputShape(-1, 64, 3).build());
  }

  @Test
  void imagesMustFit() {
    refused(
        "Xception: images must be at least 71 high and wide, got 'inputShape' (70, 90, 3)",
        () -> new Xception().weights(null).inputShape(70, 90, 3).build());
    refused(
        "'inputShape' expects three sizes, got (224, 224)",
        () -> new VGG19().weights(null).inputShape(224, 224).build());
    refused(
        "with the classifier all sizes of 'inputShape' must be known, got (None, 64, 3)",
        () -> new ResNet50().weights(null).inputShape(-1, 64, 3).build());
    Keras.setImageDataFormat("channels_first");
    refused(
        "images must be at least 32 high and wide, got 'inputShape' (3, 31, 32)",
        () -> new EfficientNetB0().weights(null).inputShape(3, 31, 32).build());
    for (Application<?> a :
        List.of(new ConvNeXtTiny(), new DenseNet121(), new NASNetMobile(), new NASNetLarge())) {
      refused("with the image layout channels_last alone", () -> a.weights(null).build());
    }
  }

  @Test
  void otherSettingsAreChecked() {
    refused(
        "'pooling' expects null, 'avg' or 'max', got 'mean'", () -> new VGG16().pooling("mean"));
    refused("a file that exists, got 'imagenett'", () -> new VGG16().weights("imagenett"));
    refused("'weights' expects null, 'imagenet' or a file, got 3", () -> new VGG16().weights(3));
    refused("'alpha' expects a number above 0, got 0.0", () -> new MobileNetV2().alpha(0));
    refused(
        "'classifierActivation' expects null or 'softmax' where weights are loaded",
        () -> new ResNet50().classifierActivation("relu").build());
    refused(
        "'inputTensor' expects a symbolic tensor of 4 axes",
        () -> new ResNet50().inputTensor(Ops.zeros(Shape.of(1, 32, 32, 3))));
    refused(
        "'inputTensor' is of images (64, 64, 3), and 'inputShape' is (32, 32, 3)",
        () -> new MobileNet()
            .weights(null)
            .inputTensor(Input.of(64, 64, 3))
            .inputShape(32, 32, 3)
            .build());
    refused(
        "There is no application 'ResNet51', only [ConvNeXtBase,",
        () -> Application.named("ResNet51"));
  }

  @Test
  void anInnerTensorIsTheFirstLayersInput() {
    KerasTensor in = Input.of(64, 64, 3);
    Tensor flipped = new RandomFlip("horizontal").name("flip").invoke(in);
    Functional model = new MobileNetV2()
        .alpha(0.35)
        .includeTop(false)
        .weights(null)
        .inputTensor(flipped)
        .build();
    assertEquals(List.of(in), model.inputs());
    assertSame(in, ((List<?>) model.inputs()).get(0));
    assertEquals("flip", model.layers().get(1).name());
    assertEquals("Conv1", model.layers().get(2).name());
  }

  @Test
  void weightsComeOutOfFiles() {
    MobileNet network = new MobileNet().alpha(0.25).weights(null).classes(3).inputShape(32, 32, 3);
    Functional first = network.build();
    for (String file : new String[] {"a.weights.h5", "a.keras"}) {
      Path at = folder.resolve(file);
      if (file.endsWith(".keras")) {
        first.save(at);
      } else {
        first.saveWeights(at);
      }
      Functional again = network.weights(at).build();
      assertEquals(first.getWeights(), again.getWeights(), file);
      network.weights(null);
    }
  }
}
