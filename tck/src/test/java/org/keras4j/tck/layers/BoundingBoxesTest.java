package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Tensor;
import org.keras4j.layers.image.BoundingBoxes;
import org.keras4j.ops.Ops;

class BoundingBoxesTest {
  private static final List<String> ABSOLUTE =
      List.of("xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw");

  private static Recorded recorded;

  @BeforeAll
  static void read() throws IOException {
    recorded = Recorded.read("image_layers.npz");
  }

  private static Tensor vector(double... values) {
    return Ops.cast(Ops.array(values), "float32");
  }

  private static double[] numbers(Object boxes) {
    return ((Tensor) boxes).toNDArray().toDoubleArray();
  }

  @Test
  void formats() {
    Tensor box = vector(1, 2, 5, 4);
    double[][] expected = {{1, 2, 5, 4}, {2, 1, 4, 5}, {1, 2, 4, 2}, {3, 3, 4, 2}, {3, 3, 2, 4}};
    for (int i = 0; i < expected.length; i++) {
      Tensor there = BoundingBoxes.convertFormat(box, "xyxy", ABSOLUTE.get(i));
      assertArrayEquals(expected[i], numbers(there), 1e-6);
      Tensor back = BoundingBoxes.convertFormat(there, ABSOLUTE.get(i), "XYXY");
      assertArrayEquals(numbers(box), numbers(back), 1e-6);
    }
    Object parts = BoundingBoxes.convertFormat(box, "xyxy", "rel_center_xywh", 10, 20, "float32");
    assertArrayEquals(new double[] {0.15, 0.3, 0.2, 0.2}, numbers(parts), 1e-6);
    Object other =
        BoundingBoxes.convertFormat(parts, "rel_center_xywh", "rel_yxyx", 10, 20, "float32");
    assertArrayEquals(new double[] {0.2, 0.05, 0.4, 0.25}, numbers(other), 1e-6);
    assertThrows(
        IllegalArgumentException.class,
        () -> BoundingBoxes.convertFormat(box, "xyxy", "rel_xyxy", null, null, null));
    assertThrows(
        IllegalArgumentException.class, () -> BoundingBoxes.convertFormat(box, "xyxy", "corners"));
    assertThrows(
        IllegalArgumentException.class,
        () -> BoundingBoxes.convertFormat(vector(1, 2, 3), "xyxy", "xywh"));
  }

  @Test
  void clipping() {
    Tensor boxes =
        Ops.array(new float[][] {{-2, 1, 4, 3}, {9, 2, 12, 4}, {1, 1, 20, 20}}, "float32");
    Map<String, Object> out = BoundingBoxes.clipToImageSize(
        Map.of("boxes", boxes, "labels", Ops.array(new int[] {7, 8, 9})), 5, 8, "xyxy");
    assertArrayEquals(
        new double[] {0, 1, 4, 3, 8, 2, 8, 4, 1, 1, 8, 5}, numbers(out.get("boxes")), 0);
    assertArrayEquals(new double[] {7, -1, 9}, numbers(out.get("labels")), 0);
    assertThrows(
        IllegalArgumentException.class,
        () -> BoundingBoxes.clipToImageSize(Map.of("boxes", boxes), 5, 8, "xywh"));
  }

  @Test
  void transformations() {
    Tensor boxes = recorded.of("boxes");
    recorded.same(
        "affine",
        BoundingBoxes.affineTransform(
            boxes,
            vector(30, -100),
            vector(0.1, -0.2),
            vector(0.3, 0),
            vector(1.5, 0.5),
            vector(10, -20),
            vector(5, 30),
            6,
            8,
            0.2,
            0.7,
            "xyxy"));
    recorded.same("box_crop", BoundingBoxes.crop(boxes, 1, 2, 3, 4, "xyxy"));
    recorded.same("box_pad", BoundingBoxes.pad(boxes, 1, 2, null, null, "xyxy"));
  }

  @Test
  void deltas() {
    Tensor boxes = recorded.of("boxes");
    Tensor anchors = Ops.add(Ops.getItem(boxes, 1), 0.5);
    List<Double> variance = List.of(0.1, 0.1, 0.2, 0.2);
    List<Integer> image = List.of(6, 8, 3);
    for (String format : List.of("center_yxhw", "center_xywh")) {
      Tensor deltas = BoundingBoxes.encodeBoxToDeltas(
          anchors, boxes, "xyxy", "rel_xywh", format, variance, image);
      recorded.same("deltas_" + format, deltas);
      Object level = BoundingBoxes.decodeDeltasToBoxes(
          Map.of(0, anchors),
          Map.of(0, Ops.multiply(deltas, 0.1)),
          "xyxy",
          "yxyx",
          format,
          variance,
          image);
      Object decoded = Objects.requireNonNull(((Map<?, ?>) level).get(0));
      recorded.same("decoded_" + format, (Tensor) decoded);
    }
  }

  @Test
  void overlaps() {
    Tensor boxes = recorded.of("boxes");
    Tensor first = Ops.getItem(boxes, 0);
    Tensor masked = BoundingBoxes.computeIou(
        Ops.subtract(boxes, 4), Ops.subtract(boxes, 3), "xyxy", true, -1, null);
    recorded.same("iou", masked);
    assertEquals(-1, Ops.min(masked).item());
    recorded.same("ciou", BoundingBoxes.computeCiou(first, Ops.getItem(boxes, 1), "xyxy", null));
    assertEquals(
        1,
        BoundingBoxes.computeIou(first, first, "xyxy", false, -1, null)
            .toNDArray()
            .getDouble(0),
        1e-5);
    assertThrows(
        IllegalArgumentException.class,
        () -> BoundingBoxes.computeCiou(first, first, "rel_xyxy", List.of(6, 8, 3)));
  }
}
