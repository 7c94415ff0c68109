package org.keras4j.hub.detection;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.activations.Activation;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.layers.reshaping.Reshape;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.ops.types.Index;

/**
 * The detector YOLOv8: a backbone, a pyramid of its features in both directions, and heads that tell for each place of three grids
 * where a box around it ends and what it shows ({@code keras_cv.models.YOLOV8Detector}). No boxes are given beforehand.
 *
 * <pre>{@code
 * Functional detector = new YOLOV8Detector(
 *         new YOLOV8Backbone(new int[] {32, 64, 128, 256}, new int[] {1, 2, 2, 1}).imageShape(320, 320, 3), 20)
 *     .fpnDepth(1)
 *     .build();
 * }</pre>
 *
 * @see ObjectDetector
 * @see YOLOV8Loss
 */
public final class YOLOV8Detector {
  /** How many numbers tell where the four sides of a box are. */
  static final int SIDES = 64;

  private final YOLOV8Backbone backbone;
  private final int numClasses;
  private int fpnDepth = 2;
  private int downDepth = 2;

  /**
   * On a backbone.
   *
   * @param backbone the backbone
   * @param numClasses how many classes there are, above 0
   * @throws IllegalArgumentException if there is none
   */
  public YOLOV8Detector(YOLOV8Backbone backbone, int numClasses) {
    if (numClasses < 1) {
      throw new IllegalArgumentException(
          "YOLOV8Detector: 'numClasses' expects a positive integer, got " + numClasses);
    }
    this.backbone = backbone;
    this.numClasses = numClasses;
  }

  /**
   * How many pairs of convolutions the blocks of the pyramid have on the way to finer grids.
   *
   * @param value 2 by default; 1 for the smallest networks, 3 for the largest
   * @return this detector
   * @throws IllegalArgumentException if it is not positive
   */
  public YOLOV8Detector fpnDepth(int value) {
    fpnDepth = depth(value);
    return this;
  }

  /**
   * How many they have on the way back to coarser grids.
   *
   * @param value 2 by default, as always in KerasCV; in Ultralytics' networks it is the other one
   * @return this detector
   * @throws IllegalArgumentException if it is not positive
   */
  public YOLOV8Detector downDepth(int value) {
    downDepth = depth(value);
    return this;
  }

  private static int depth(int value) {
    if (value < 1 || value > 1000) {
      throw new IllegalArgumentException("YOLOV8Detector: a depth expects 1 to 1000, got " + value);
    }
    return value;
  }

  /**
   * Makes the graph, with random weights.
   *
   * @return a model from images {@code (batch, height, width, channels)} to {@code boxes (batch, places, 64)}, 16 numbers for each
   *     side, whose softmax weighs the distances 0 to 15, and {@code classes (batch, places, classes)}, probabilities; a layer
   *     {@code box_outputs} has both in one
   */
  public Functional build() {
    ConvolutionBlocks blocks = new ConvolutionBlocks("swish");
    Functional features = backbone.build();
    KerasTensor like = features.inputs().get(0);
    KerasTensor images = new Input(
            like.shape().intDim(1), like.shape().intDim(2), like.shape().intDim(3))
        .name("images")
        .output();
    Map<?, ?> levels = (Map<?, ?>) features.invokeNested(images, CallArgs.of());
    List<Tensor> pyramid =
        pyramid(blocks, level(levels, "P3"), level(levels, "P4"), level(levels, "P5"));
    int finest = pyramid.get(0).shape().intDim(-1);
    List<Tensor> branches = new ArrayList<>();
    for (int i = 0; i < pyramid.size(); i++) {
      branches.add(branch(blocks, pyramid.get(i), finest, "yolo_v8_head_" + (i + 1)));
    }
    Tensor all = new Activation("linear")
        .dtype("float32")
        .name("box_outputs")
        .invoke(Ops.concatenate(branches, 1));
    Map<String, Object> out = new LinkedHashMap<>();
    out.put(
        "boxes",
        new Concatenate()
            .axis(1)
            .name("box")
            .invoke(List.of(Ops.getItem(all, Index.ALL, Index.ALL, Index.range(0, SIDES)))));
    out.put(
        "classes",
        new Concatenate()
            .axis(1)
            .name("class")
            .invoke(List.of(Ops.getItem(all, Index.ALL, Index.ALL, Index.range(SIDES, null)))));
    return Model.of(images, out, "yolo_v8_detector");
  }

  private static Tensor level(Map<?, ?> levels, String name) {
    return (Tensor) Objects.requireNonNull(levels.get(name));
  }

  private List<Tensor> pyramid(ConvolutionBlocks blocks, Tensor p3, Tensor p4, Tensor p5) {
    int c3 = p3.shape().intDim(-1);
    int c4 = p4.shape().intDim(-1);
    int c5 = p5.shape().intDim(-1);
    Tensor up4 = blocks.crossStage(
        Ops.concatenate(List.of(ConvolutionBlocks.upsampled(p5), p4), -1),
        c4,
        fpnDepth,
        false,
        "pa_fpn_p4p5");
    Tensor up3 = blocks.crossStage(
        Ops.concatenate(List.of(ConvolutionBlocks.upsampled(up4), p3), -1),
        c3,
        fpnDepth,
        false,
        "pa_fpn_p3p4p5");
    Tensor down4 = down(blocks, up3, up4, c4, "pa_fpn_p3p4p5_downsample1");
    Tensor down5 = down(blocks, down4, p5, c5, "pa_fpn_p3p4p5_downsample2");
    return List.of(up3, down4, down5);
  }

  private Tensor down(
      ConvolutionBlocks blocks, Tensor finer, Tensor coarser, int channels, String name) {
    Tensor x = blocks.convolution(finer, finer.shape().intDim(-1), 3, 2, name);
    Tensor joined = Ops.concatenate(List.of(x, coarser), -1);
    return blocks.crossStage(joined, channels, downDepth, false, name + "_block");
  }

  private Tensor branch(ConvolutionBlocks blocks, Tensor x, int finest, String name) {
    int boxChannels = Math.max(SIDES, finest / 4);
    int classChannels = Math.max(numClasses, finest);
    Tensor boxes = blocks.convolution(x, boxChannels, 3, 1, name + "_box_1");
    boxes = blocks.convolution(boxes, boxChannels, 3, 1, name + "_box_2");
    boxes = new Conv2D(SIDES, 1).name(name + "_box_3_conv").invoke(boxes);
    Tensor classes = blocks.convolution(x, classChannels, 3, 1, name + "_class_1");
    classes = blocks.convolution(classes, classChannels, 3, 1, name + "_class_2");
    classes = new Conv2D(numClasses, 1).name(name + "_class_3_conv").invoke(classes);
    classes = new Activation("sigmoid").name(name + "_classifier").invoke(classes);
    return new Reshape(-1, SIDES + numClasses)
        .name(name + "_output_reshape")
        .invoke(Ops.concatenate(List.of(boxes, classes), -1));
  }
}
