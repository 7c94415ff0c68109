package org.keras4j.hub.detection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.layers.CallArgs;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.optimizers.Adam;

/**
 * Finds objects in images, and learns to ({@code ObjectDetector} of KerasHub).
 *
 * <pre>{@code
 * ObjectDetector detector = new ObjectDetector(YOLOV8Weights.read(Path.of("yolov8n.onnx"), 640, 640), labels);
 * for (Detection d : detector.detect(image)) {
 *   System.out.println(d.label() + " " + d.confidence());
 * }
 * }</pre>
 *
 * <p>Images of any size are filled up to the network's proportions and resized; boxes are in pixels of the images as they came.
 * It is compiled with {@code Adam(1e-3)} and {@link YOLOV8Loss}; {@code trainingModel().compile(...)} takes others.
 */
public final class ObjectDetector {
  private final Functional model;
  private final Functional trainingModel;
  private final List<String> labels;
  private final int height;
  private final int width;
  private NonMaxSuppression suppression =
      new NonMaxSuppression().confidenceThreshold(0.2).iouThreshold(0.7);
  private final Jit finding = Jit.of(this::found);

  /**
   * Of a network.
   *
   * @param model of a {@link YOLOV8Detector} for images of a known size
   * @param labels the names of its classes
   * @throws IllegalArgumentException if it is no such network, or there are not as many names as classes
   */
  public ObjectDetector(Functional model, List<String> labels) {
    Shape images = model.inputs().get(0).shape();
    if (!(model.outputStructure() instanceof Map<?, ?> out)
        || !(out.get("boxes") instanceof Tensor)
        || !(out.get("classes") instanceof Tensor classes)
        || images.rank() != 4
        || images.dim(1) < 0
        || images.dim(2) < 0) {
      throw new IllegalArgumentException("ObjectDetector: expected a network from images of a known"
          + " size to boxes and classes, got one of " + images + " to " + model.outputStructure());
    }
    if (classes.shape().last() != labels.size()) {
      throw new IllegalArgumentException("ObjectDetector: the network has "
          + classes.shape().last() + " classes, there are names for " + labels.size());
    }
    this.model = model;
    this.labels = List.copyOf(labels);
    this.height = images.intDim(1);
    this.width = images.intDim(2);
    this.trainingModel =
        Model.of(model.inputStructure(), model.getLayer("box_outputs").output());
    trainingModel.compile(new Adam(1e-3), new YOLOV8Loss(height, width));
  }

  /** The network: from images to boxes and classes, as {@link YOLOV8Detector#build} tells. */
  public Functional model() {
    return model;
  }

  /** The same network as it is trained: from images to both in one, with {@link YOLOV8Loss}. */
  public Functional trainingModel() {
    return trainingModel;
  }

  /** The names of the classes. */
  public List<String> labels() {
    return labels;
  }

  /**
   * What is kept of boxes that overlap.
   *
   * @param value by default those of a confidence above 0.2, of which two share at most 0.7 of what they cover
   * @return this detector
   */
  public ObjectDetector nonMaxSuppression(NonMaxSuppression value) {
    suppression = value;
    finding.clear();
    return this;
  }

  private NDArray batch(List<NDArray> images) {
    Shape expected = model.inputs().get(0).shape();
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> all = new ArrayList<>();
      for (NDArray image : images) {
        if (image.rank() != 3 || image.shape().last() != expected.last()) {
          throw new IllegalArgumentException("ObjectDetector: expected images (height, width, "
              + expected.last() + "), got shape " + image.shape());
        }
        all.add(Letterbox.of(image, height, width).resized(image));
      }
      return Ops.stack(all, 0).toNDArray();
    }
  }

  private Object found(@Nullable Object predictions) {
    Map<?, ?> p = (Map<?, ?>) Objects.requireNonNull(predictions);
    AnchorGrid grid = new AnchorGrid(height, width);
    Tensor boxes = grid.boxes((Tensor) Objects.requireNonNull(p.get("boxes")));
    return suppression.invokeNested(
        List.of(Ops.multiply(boxes, grid.strides()), Objects.requireNonNull(p.get("classes"))),
        CallArgs.of());
  }

  /**
   * The objects in an image.
   *
   * @param image {@code (height, width, channels)}, from 0 to 255
   * @return what was found, the most certain first
   */
  public List<Detection> detect(NDArray image) {
    return detect(List.of(image)).get(0);
  }

  /**
   * The objects in images.
   *
   * @param images of any sizes, {@code (height, width, channels)}, from 0 to 255
   * @return for each what was found, the most certain first
   */
  public List<List<Detection>> detect(List<NDArray> images) {
    if (images.isEmpty()) {
      return List.of();
    }
    Map<?, ?> predictions =
        (Map<?, ?>) model.predictNested(batch(images), Run.defaults().verbose(0));
    List<List<Detection>> out = new ArrayList<>();
    try (TensorScope scope = new TensorScope()) {
      Map<?, ?> found = (Map<?, ?>) Objects.requireNonNull(finding.call(predictions));
      NDArray boxes = array(found, "boxes");
      NDArray confidence = array(found, "confidence");
      NDArray classes = array(found, "classes");
      NDArray counts = array(found, "num_detections");
      int most = confidence.shape().intDim(1);
      for (int i = 0; i < images.size(); i++) {
        Letterbox box = Letterbox.of(images.get(i), height, width);
        List<Detection> own = new ArrayList<>();
        for (int k = 0; k < counts.getInt(i); k++) {
          int at = i * most + k;
          double[] b = box.outside(new double[] {
            boxes.getDouble(4 * at),
            boxes.getDouble(4 * at + 1),
            boxes.getDouble(4 * at + 2),
            boxes.getDouble(4 * at + 3)
          });
          own.add(new Detection(
              labels.get(classes.getInt(at)), confidence.getDouble(at), b[0], b[1], b[2], b[3]));
        }
        out.add(own);
      }
    }
    return out;
  }

  private static NDArray array(Map<?, ?> found, String name) {
    return ((Tensor) Objects.requireNonNull(found.get(name))).toNDArray();
  }

  private NDArray targets(List<LabeledImage> images) {
    int most = 1;
    for (LabeledImage image : images) {
      most = Math.max(most, image.boxes().length);
    }
    float[] out = new float[images.size() * most * 5];
    Arrays.fill(out, -1);
    for (int i = 0; i < images.size(); i++) {
      LabeledImage image = images.get(i);
      Letterbox box = Letterbox.of(image.image(), height, width);
      for (int k = 0; k < image.boxes().length; k++) {
        int label = labels.indexOf(image.labels().get(k));
        if (label < 0) {
          throw new IllegalArgumentException("ObjectDetector: '"
              + image.labels().get(k) + "' is none of the classes, which are " + labels);
        }
        int at = 5 * (i * most + k);
        System.arraycopy(box.inside(image.boxes()[k]), 0, out, at, 4);
        out[at + 4] = label;
      }
    }
    return NDArray.of(out, images.size(), most, 5);
  }

  /**
   * Trains on images.
   *
   * @param images and what is in them; all are held in memory in the network's size
   * @param options epochs, batch size and so on
   * @return the loss of each epoch
   * @throws IllegalArgumentException if there is no image, or a label is none of the classes
   */
  public History fit(List<LabeledImage> images, Fit options) {
    return trainingModel.fit(inputs(images), targets(images), options);
  }

  /**
   * The loss on images.
   *
   * @param images and what is in them
   * @return the values by name
   * @throws IllegalArgumentException if there is no image, or a label is none of the classes
   */
  public Map<String, Double> evaluate(List<LabeledImage> images) {
    return trainingModel.evaluate(
        inputs(images), targets(images), Run.defaults().verbose(0));
  }

  private NDArray inputs(List<LabeledImage> images) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("ObjectDetector: expected one image or more, got none");
    }
    return batch(images.stream().map(LabeledImage::image).toList());
  }
}
