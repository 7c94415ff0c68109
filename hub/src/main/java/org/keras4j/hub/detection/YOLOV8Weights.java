package org.keras4j.hub.detection;

import java.io.IOException;
import java.nio.file.Path;
import org.keras4j.core.Shape;
import org.keras4j.hub.weights.OnnxWeights;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.hub.weights.WeightLayout;
import org.keras4j.hub.weights.WeightMap;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.models.Functional;

/**
 * Files with a YOLOv8 of Ultralytics: the {@code state_dict} of its detection model as safetensors, or its export to ONNX, in which
 * normalizations are part of the convolutions. How large the network is is told by its arrays. Their licences are their
 * makers'.
 *
 * <pre>{@code
 * Functional detector = YOLOV8Weights.read(Path.of("yolov8n.onnx"), 640, 640);
 * }</pre>
 */
public final class YOLOV8Weights {
  private static final String BACKBONE = "yolo_v8_backbone/";
  private static final int MOST_BLOCKS = 1000;

  private YOLOV8Weights() {}

  /**
   * Reads a detector.
   *
   * @param file {@code .safetensors} or {@code .onnx}
   * @param height of images, a multiple of 32
   * @param width of images, a multiple of 32
   * @return the network with its weights, for images from 0 to 255; in training its normalizations learn as any
   * @throws IllegalArgumentException if the file has another network, or a size is no multiple of 32
   * @throws IOException if it cannot be read
   */
  public static Functional read(Path file, int height, int width) throws IOException {
    boolean onnx = file.toString().endsWith(".onnx");
    try (WeightSource files = onnx ? OnnxWeights.open(file) : SafeTensors.open(file)) {
      return read(files, height, width);
    }
  }

  /**
   * Reads a detector out of arrays under Ultralytics' names, {@code model.0.conv.weight}.
   *
   * @param source the arrays
   * @param height of images, a multiple of 32
   * @param width of images, a multiple of 32
   * @return the network with its weights
   * @throws IllegalArgumentException if they are another network's, or a size is no multiple of 32
   */
  public static Functional read(WeightSource source, int height, int width) {
    int[] channels = new int[4];
    int[] depths = new int[4];
    for (int i = 0; i < 4; i++) {
      channels[i] =
          Math.toIntExact(shape(source, "model." + (1 + 2 * i) + ".conv.weight").dim(0));
      depths[i] = depth(source, "model." + (2 + 2 * i));
    }
    int images = Math.toIntExact(shape(source, "model.0.conv.weight").dim(1));
    int classes = Math.toIntExact(shape(source, "model.22.cv3.0.2.weight").dim(0));
    Functional model = new YOLOV8Detector(
            new YOLOV8Backbone(channels, depths).imageShape(height, width, images), classes)
        .fpnDepth(depth(source, "model.12"))
        .downDepth(depth(source, "model.18"))
        .build();
    map().load(model, new FusedConvolutions(source));
    return model;
  }

  private static Shape shape(WeightSource source, String name) {
    if (!source.names().contains(name) || source.shape(name).rank() != 4) {
      throw new IllegalArgumentException(
          "YOLOv8: expected the kernel of a convolution '" + name + "', as Ultralytics calls it");
    }
    return source.shape(name);
  }

  private static int depth(WeightSource source, String module) {
    int n = 0;
    while (n < MOST_BLOCKS && source.names().contains(module + ".m." + n + ".cv1.conv.weight")) {
      n++;
    }
    if (n == 0) {
      throw new IllegalArgumentException(
          "YOLOv8: expected arrays '" + module + ".m.0.cv1', as Ultralytics calls them");
    }
    return n;
  }

  /**
   * Where the weights of a {@link YOLOV8Detector} lie among Ultralytics' arrays.
   *
   * @return the map, for both directions
   */
  public static WeightMap map() {
    WeightMap map = WeightMap.empty();
    map = block(map, BACKBONE + "stem_1", "model.0");
    map = block(map, BACKBONE + "stem_2", "model.1");
    map = crossStage(map, BACKBONE + "stack1_c2f", "model.2");
    for (int i = 2; i <= 4; i++) {
      map = block(map, BACKBONE + "stack" + i + "_downsample", "model." + (2 * i - 1));
      map = crossStage(map, BACKBONE + "stack" + i + "_c2f", "model." + 2 * i);
    }
    map = block(map, BACKBONE + "stack4_spp_fast_pre", "model.9.cv1");
    map = block(map, BACKBONE + "stack4_spp_fast_output", "model.9.cv2");
    map = crossStage(map, "pa_fpn_p4p5", "model.12");
    map = crossStage(map, "pa_fpn_p3p4p5", "model.15");
    map = block(map, "pa_fpn_p3p4p5_downsample1", "model.16");
    map = crossStage(map, "pa_fpn_p3p4p5_downsample1_block", "model.18");
    map = block(map, "pa_fpn_p3p4p5_downsample2", "model.19");
    map = crossStage(map, "pa_fpn_p3p4p5_downsample2_block", "model.21");
    String[][] kinds = {{"box", "cv2"}, {"class", "cv3"}};
    for (int i = 0; i < 3; i++) {
      for (String[] kind : kinds) {
        String ours = "yolo_v8_head_" + (i + 1) + "_" + kind[0];
        String theirs = "model.22." + kind[1] + "." + i;
        map = block(map, ours + "_1", theirs + ".0");
        map = block(map, ours + "_2", theirs + ".1");
        map = kernel(map, ours + "_3_conv/kernel", theirs + ".2.weight")
            .weight(ours + "_3_conv/bias", theirs + ".2.bias");
      }
    }
    // what is the same in every network, and what exporters leave
    return map.ignore("*.num_batches_tracked", "model.22.dfl.conv.weight", "/*", "onnx::*");
  }

  private static WeightMap kernel(WeightMap map, String ours, String theirs) {
    return map.weight(ours, theirs, WeightLayout.permuted(2, 3, 1, 0));
  }

  private static WeightMap block(WeightMap map, String ours, String theirs) {
    return kernel(map, ours + "_conv/kernel", theirs + ".conv.weight")
        .norm(ours + "_bn", theirs + ".bn");
  }

  private static WeightMap crossStage(WeightMap map, String ours, String theirs) {
    WeightMap out = block(map, ours + "_pre", theirs + ".cv1");
    out = block(out, ours + "_output", theirs + ".cv2");
    out = block(out, ours + "_pre_{k}_1", theirs + ".m.{k}.cv1");
    return block(out, ours + "_pre_{k}_2", theirs + ".m.{k}.cv2");
  }

  /**
   * Writes a detector as Ultralytics has it.
   *
   * @param file a {@code .safetensors} file; one that is there is replaced when the new one is whole
   * @param detector a network of a {@link YOLOV8Detector}
   * @throws IllegalArgumentException if it is another one
   * @throws IOException if that is not possible
   */
  public static void write(Path file, Functional detector) throws IOException {
    SafeTensors.write(file, map().export(detector));
  }
}
