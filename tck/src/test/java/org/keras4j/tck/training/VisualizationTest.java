package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;
import org.keras4j.ops.Ops;
import org.keras4j.training.visualization.BoxDrawing;
import org.keras4j.training.visualization.ImageGallery;
import org.keras4j.training.visualization.SegmentationMasks;

/** Drawings held pixel for pixel against Keras's ({@code scripts/record_visualization.py}). */
@Tag("pytorch")
class VisualizationTest {
  private static Map<String, NDArray> e;

  @BeforeAll
  static void read() throws IOException {
    e = Npz.read(Path.of(
        System.getProperty("keras4j.home", ".."),
        "tck/src/test/resources/org/keras4j/tck/visualization.npz"));
  }

  private static NDArray images() {
    return e.get("images");
  }

  @Test
  void masksAreKerass() {
    NDArray masks = e.get("masks");
    assertEquals(e.get("masks_default"), new SegmentationMasks().draw(images(), masks));
    assertEquals(
        e.get("masks_classes"),
        new SegmentationMasks().numClasses(4).alpha(0.35).ignoreIndex(2).draw(images(), masks));
    assertEquals(
        e.get("masks_mapped"),
        new SegmentationMasks()
            .numClasses(2)
            .colorMapping(Map.of(0, new int[] {250, 10, 0}, 1, new int[] {0, 99, 255}))
            .draw(images(), masks.reshape(2, 24, 28)));
    assertEquals(
        e.get("masks_unblended"),
        new SegmentationMasks().numClasses(4).blend(false).draw(images(), masks));
    assertEquals(
        e.get("masks_first"),
        new SegmentationMasks()
            .numClasses(4)
            .dataFormat("channels_first")
            .draw(Ops.transpose(images(), new int[] {0, 3, 1, 2}), masks));
  }

  @Test
  void boxesAreKerass() {
    for (int thickness = 1; thickness <= 5; thickness++) {
      assertEquals(
          e.get("boxes_" + thickness),
          new BoxDrawing("xyxy")
              .color(255, 7, 90)
              .lineThickness(thickness)
              .draw(images(), e.get("boxes"), e.get("labels"), null),
          "thickness " + thickness);
    }
    assertEquals(
        e.get("boxes_relative"),
        new BoxDrawing("rel_xyxy")
            .draw(
                Ops.divide(Ops.cast(images(), "float32"), 255),
                e.get("relative"),
                e.get("labels"),
                null));
  }

  @Test
  void labelsAreWritten() {
    NDArray dark = NDArray.zeros(DType.UINT8, org.keras4j.core.Shape.of(1, 120, 160, 3));
    NDArray boxes = NDArray.of(new float[] {20, 60, 100, 100}, 1, 1, 4);
    NDArray labels = NDArray.of(new int[] {1}, 1, 1);
    BoxDrawing plain = new BoxDrawing("xyxy").color(255, 255, 255);
    NDArray without = plain.draw(dark, boxes, labels, null);
    NDArray with = plain
        .classMapping(Map.of(1, "cat"))
        .draw(dark, boxes, labels, NDArray.of(new float[] {0.5f}, 1, 1));
    int above = 0;
    for (int i = 0; i < 55 * 160 * 3; i++) {
      assertEquals(0, without.getInt(i));
      above += with.getInt(i) == 255 ? 1 : 0;
    }
    assertTrue(above > 300, "bytes of letters: " + above);
  }

  @Test
  void galleriesShowAllImages(@TempDir Path folder) throws IOException {
    NDArray five = NDArray.of(new float[] {0, 0.25f, 0.5f, 0.75f, 1}, 5, 1, 1, 1);
    ImageGallery g = new ImageGallery().valueRange(0, 1).scale(1, 10);
    Path file = folder.resolve("g.png");
    g.write(file, five);
    BufferedImage image = ImageIO.read(file.toFile());
    assertEquals(20, image.getWidth()); // three rows of two
    assertEquals(30, image.getHeight());
    assertEquals(0xff000000, image.getRGB(5, 5));
    assertEquals(0xff3f3f3f, image.getRGB(15, 5));
    assertEquals(0xffffffff, image.getRGB(5, 25));
    assertEquals(0, image.getRGB(15, 25)); // there is no sixth
    BufferedImage named = new ImageGallery()
        .labelMap(Map.of(0, "a"))
        .plot(images(), NDArray.of(new int[] {0, 5}, 2), null);
    assertTrue(named.getHeight() > new ImageGallery().plot(images()).getHeight());
    assertThrows(
        IllegalArgumentException.class,
        () -> new ImageGallery().plot(images(), NDArray.of(new int[] {0, 5}, 2), null));
    BufferedImage boxes = new ImageGallery()
        .legend(true)
        .plotBoundingBoxes(
            images(), "xyxy", Map.of("boxes", e.get("boxes"), "labels", e.get("labels")), null);
    assertTrue(boxes.getHeight() > 120);
    BufferedImage masks = new ImageGallery()
        .scale(28, 1)
        .plotSegmentationMasks(
            images(), new SegmentationMasks().numClasses(4), e.get("masks"), e.get("masks"));
    assertEquals(3 * 28, masks.getWidth());
    assertEquals(2 * 24, masks.getHeight());
    NDArray drawn = e.get("masks_first"); // the same masks of four classes
    for (int c = 0; c < 3; c++) {
      int at = ((3 * 28) + 2) * 3 + c;
      assertEquals(drawn.getInt(at), masks.getRGB(28 + 2, 3) >> 16 - 8 * c & 0xff);
    }
  }

  @Test
  void whatDoesNotFitIsSaid() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new SegmentationMasks().draw(e.get("masks").reshape(2, 24, 28), e.get("masks")));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SegmentationMasks().draw(images(), Ops.cast(e.get("masks"), "float32")));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new BoxDrawing("xyxy").draw(images(), e.get("boxes"), NDArray.of(new int[2], 2), null));
    assertThrows(IllegalArgumentException.class, () -> new SegmentationMasks().alpha(2));
  }
}
