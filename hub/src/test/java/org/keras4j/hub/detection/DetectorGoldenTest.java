package org.keras4j.hub.detection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.hub.Golden;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.training.optimizers.SGD;

/** YOLOv8 beside KerasCV's, on every backend; {@code scripts/check_detector.py} made what is expected. */
class DetectorGoldenTest {
  private static final int HEIGHT = 64;
  private static final int WIDTH = 96;

  private static SafeTensors golden() throws IOException {
    try {
      return SafeTensors.open(Path.of(
          Objects.requireNonNull(DetectorGoldenTest.class.getResource("expected.safetensors"))
              .toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double[] numbers(String name, int size) {
    int c = 0;
    for (int i = 0; i < name.length(); i++) {
      c = (c + (i + 1) * name.charAt(i)) % 1000;
    }
    double[] out = new double[size];
    for (int i = 0; i < size; i++) {
      double x = Math.sin(i * 12.9898 + c) * 43758.5453;
      out[i] = x - Math.floor(x) - 0.5;
    }
    return out;
  }

  private static NDArray array(double[] values, Shape shape) {
    NDArray out = NDArray.zeros(DType.FLOAT32, shape);
    for (int i = 0; i < values.length; i++) {
      out.setDouble(i, values[i]);
    }
    return out;
  }

  private static void fill(String layer, Variable w) {
    Shape shape = w.shape();
    double[] h = numbers(layer + "/" + w.name(), (int) shape.size());
    double fan = Math.sqrt(16.0 * shape.last() / shape.size());
    for (int i = 0; i < h.length; i++) {
      h[i] = switch (w.name()) {
        case "kernel" -> fan * h[i];
        case "gamma", "moving_variance" -> 1 + 0.4 * h[i];
        default -> 0.4 * h[i];
      };
    }
    w.assign(Ops.convertToTensor(array(h, shape)));
  }

  static Functional network() {
    Functional out = new YOLOV8Detector(
            new YOLOV8Backbone(new int[] {8, 12, 16, 20}, new int[] {1, 2, 1, 1})
                .imageShape(HEIGHT, WIDTH, 3),
            3)
        .fpnDepth(1)
        .build();
    for (Layer layer : out.flattenLayers(false)) {
      layer.ownWeights().forEach(w -> fill(layer.name(), w));
    }
    return out;
  }

  static NDArray images() {
    double[] x = numbers("images", 2 * HEIGHT * WIDTH * 3);
    for (int i = 0; i < x.length; i++) {
      x[i] = 255 * (x[i] + 0.5);
    }
    return array(x, Shape.of(2, HEIGHT, WIDTH, 3));
  }

  @Test
  void seesAndLearnsTheSame(@TempDir Path temp) throws IOException {
    Functional model = network();
    try (SafeTensors golden = golden()) {
      Map<?, ?> p = (Map<?, ?>) model.predictOnBatch(images());
      for (String name : List.of("boxes", "classes")) {
        Golden.same(name, golden.read(name), (NDArray) p.get(name), 2e-5);
      }
      AnchorGrid grid = new AnchorGrid(HEIGHT, WIDTH);
      NDArray pixels = Ops.multiply(
              grid.boxes(Ops.convertToTensor(golden.read("boxes"))), grid.strides())
          .toNDArray();
      // a small one is the difference of numbers up to a hundred
      Golden.same("pixels", golden.read("pixels"), pixels, 2e-5);
      Functional training = training(model);
      training.compile(new SGD(0.01), new YOLOV8Loss(HEIGHT, WIDTH));
      Map<String, NDArray> gradients = training.gradients(images(), golden.read("truth"));
      double loss = training.trainOnBatch(images(), golden.read("truth")).get("loss");
      assertEquals(golden.read("loss").getDouble(0), loss, 1e-4 * loss);
      List<String> different = new ArrayList<>();
      gradients.forEach((path, got) -> {
        String[] parts = path.split("/");
        String name = parts[parts.length - 2] + "/" + parts[parts.length - 1];
        double[] h = numbers(name + "'", got.size());
        double square = 0;
        double product = 0;
        for (int i = 0; i < h.length; i++) {
          double g = got.getDouble(i);
          square += g * g;
          product += g * h[i];
        }
        NDArray want = golden.read("gradient." + name);
        double most = 1e-3 * Math.max(0.05, want.getDouble(0));
        double off = Math.max(
            Math.abs(want.getDouble(0) - Math.sqrt(square)), Math.abs(want.getDouble(1) - product));
        if (!(off <= most)) {
          different.add(name + " " + want.getDouble(0) + " " + Math.sqrt(square));
        }
      });
      assertEquals(List.of(), different);
      assertEquals(
          golden.names().stream().filter(n -> n.startsWith("gradient.")).count(), gradients.size());
    }
    Path file = temp.resolve("model.keras");
    training(model).save(file);
    Golden.same(
        "saved",
        (NDArray) training(model).predictOnBatch(images()),
        (NDArray) Model.load(file).predictOnBatch(images()),
        1e-6);
  }

  static Functional training(Functional model) {
    return Model.of(model.inputStructure(), model.getLayer("box_outputs").output());
  }

  @Test
  void theBoxesOfOthersAreLetGo() throws IOException {
    try (SafeTensors golden = golden()) {
      NDArray boxes = golden.read("pixels");
      NDArray scores = golden.read("classes");
      for (int i = 0; i < 2; i++) {
        NDArray places = golden.read("kept." + i);
        Map<?, ?> out = (Map<?, ?>) new NonMaxSuppression()
            .maxDetections(10)
            .iouThreshold(0.5)
            .confidenceThreshold(golden.read("threshold." + i).getDouble(0))
            .invokeNested(List.of(boxes, scores), CallArgs.of());
        NDArray found = ((Tensor) out.get("boxes")).toNDArray();
        int n = ((Tensor) out.get("num_detections")).toNDArray().getInt(i);
        assertEquals(places.size(), n);
        for (int k = 0; k < 10; k++) {
          for (int side = 0; side < 4; side++) {
            int at = boxes.shape().intDim(1) * i + (k < n ? places.getInt(k) : 0);
            double want = k < n ? boxes.getDouble(4 * at + side) : -1;
            assertEquals(want, found.getDouble(4 * (10 * i + k) + side), 1e-4, "box " + k);
          }
        }
      }
    }
    assertThrows(IllegalArgumentException.class, () -> new NonMaxSuppression().iouThreshold(2));
    assertThrows(
        IllegalArgumentException.class,
        () -> new NonMaxSuppression().invoke(Ops.ones(new long[] {1, 2, 4})));
  }

  @Test
  void filesOfUltralyticsAreReadAndWritten(@TempDir Path temp) throws IOException {
    Functional model = network();
    Path file = temp.resolve("yolo.safetensors");
    YOLOV8Weights.write(file, model);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    try (SafeTensors source = SafeTensors.open(file)) {
      assertEquals(Shape.of(4, 3, 3, 3), source.shape("model.0.conv.weight"));
      assertEquals(Shape.of(3, 12, 1, 1), source.shape("model.22.cv3.0.2.weight"));
      for (String name : source.names()) {
        arrays.put(name, source.read(name));
      }
    }
    Map<?, ?> want = (Map<?, ?>) model.predictOnBatch(images());
    Map<?, ?> got = (Map<?, ?>) YOLOV8Weights.read(file, HEIGHT, WIDTH).predictOnBatch(images());
    Golden.same("boxes", (NDArray) want.get("boxes"), (NDArray) got.get("boxes"), 1e-6);
    // as exporters do: normalizations become a part of the convolutions
    Map<String, NDArray> fused = new LinkedHashMap<>();
    arrays.forEach((name, a) -> {
      if (name.contains(".bn.")) {
        return;
      }
      String bn = name.replace(".conv.weight", ".bn.");
      NDArray gamma = arrays.get(bn + "weight");
      if (gamma == null) {
        fused.put(name, a);
        return;
      }
      NDArray kernel = a.copy();
      NDArray bias = NDArray.zeros(DType.FLOAT32, gamma.shape());
      int each = a.size() / gamma.size();
      for (int c = 0; c < gamma.size(); c++) {
        double s =
            gamma.getDouble(c) / Math.sqrt(arrays.get(bn + "running_var").getDouble(c) + 1e-3);
        bias.setDouble(
            c,
            arrays.get(bn + "bias").getDouble(c)
                - s * arrays.get(bn + "running_mean").getDouble(c));
        for (int i = 0; i < each; i++) {
          kernel.setDouble(c * each + i, s * a.getDouble(c * each + i));
        }
      }
      fused.put(name, kernel);
      fused.put(name.replace(".conv.weight", ".conv.bias"), bias);
    });
    fused.put("model.22.dfl.conv.weight", NDArray.zeros(DType.FLOAT32, Shape.of(1, 16, 1, 1)));
    Map<?, ?> same = (Map<?, ?>)
        YOLOV8Weights.read(WeightSource.of(fused), HEIGHT, WIDTH).predictOnBatch(images());
    Golden.same("boxes", (NDArray) want.get("boxes"), (NDArray) same.get("boxes"), 1e-4);
    arrays.remove("model.12.m.0.cv1.bn.bias");
    assertThrows(
        IllegalArgumentException.class,
        () -> YOLOV8Weights.read(WeightSource.of(arrays), HEIGHT, WIDTH));
  }

  @Test
  void boxesGoToTheNetworkAndBack() {
    Letterbox box = new Letterbox(100, 40, 64, 96);
    double[] back = box.outside(new double[] {
      box.inside(new float[] {3, 7, 30, 90})[0],
      box.inside(new float[] {3, 7, 30, 90})[1],
      box.inside(new float[] {3, 7, 30, 90})[2],
      box.inside(new float[] {3, 7, 30, 90})[3]
    });
    assertArrayEquals(new double[] {3, 7, 30, 90}, back, 1e-4);
    // a white image on black stays where its box says
    NDArray image = NDArray.zeros(DType.FLOAT32, Shape.of(100, 40, 3));
    for (int k = 0; k < image.size(); k++) {
      image.setDouble(k, 255);
    }
    NDArray small = box.resized(image).toNDArray();
    float[] whole = box.inside(new float[] {0, 0, 40, 100});
    for (int y = 0; y < 64; y++) {
      for (int x = 0; x < 96; x++) {
        boolean inside = x >= whole[0] + 1 && x < whole[2] - 1;
        boolean outside = x < whole[0] - 1 || x > whole[2] + 1;
        double v = small.getDouble((y * 96 + x) * 3);
        assertTrue(inside ? v > 250 : !outside || v < 5, x + ", " + y + " is " + v);
      }
    }
  }
}
