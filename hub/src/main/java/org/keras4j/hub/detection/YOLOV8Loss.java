package org.keras4j.hub.detection;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.image.BoundingBoxes;
import org.keras4j.ops.Ops;
import org.keras4j.ops.types.Index;
import org.keras4j.training.losses.FluentLoss;

/**
 * What YOLOv8 is trained by, as in KerasCV: one less the likeness of boxes (complete IoU; Zheng et al. 2020, arXiv:2005.03572), and
 * binary crossentropy of classes, of the places that task-aligned assignment gives to a box (Feng et al. 2021,
 * arXiv:2108.07755), divided by the sum of what they shall tell.
 *
 * <p>Targets are {@code (batch, boxes, 5)}: left, top, right and bottom in pixels of the network's images, and the class; rows of
 * -1 fill up. Predictions are those of the layer {@code box_outputs} of a {@link YOLOV8Detector}, {@code (batch, places, 64 +
 * classes)}. There is one loss a sample; their sum is the loss, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * model.compile(new Adam(1e-3), new YOLOV8Loss(320, 320));
 * }</pre>
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class YOLOV8Loss extends FluentLoss<YOLOV8Loss> {
  @Config
  private int height;

  @Config
  private int width;

  @Config
  private double boxLossWeight = 7.5;

  @Config
  private double classificationLossWeight = 0.5;

  @Config
  private int maxAnchorMatches = 10;

  @Config
  private double alpha = 0.5;

  @Config
  private double beta = 6;

  private YOLOV8Loss() {
    super("yolo_v8_loss");
    reduction("sum");
  }

  /**
   * Of networks for images of a size.
   *
   * @param height of images, a multiple of 32
   * @param width of images, a multiple of 32
   * @throws IllegalArgumentException if a size is none
   */
  public YOLOV8Loss(int height, int width) {
    this();
    this.height = height;
    this.width = width;
    new AnchorGrid(height, width);
  }

  /**
   * How much boxes count.
   *
   * @param value 7.5 by default
   * @return this loss
   */
  public YOLOV8Loss boxLossWeight(double value) {
    return set("boxLossWeight", () -> boxLossWeight = value);
  }

  /**
   * How much classes count.
   *
   * @param value 0.5 by default
   * @return this loss
   */
  public YOLOV8Loss classificationLossWeight(double value) {
    return set("classificationLossWeight", () -> classificationLossWeight = value);
  }

  /**
   * How many places tell a box at most.
   *
   * @param value 10 by default
   * @return this loss
   */
  public YOLOV8Loss maxAnchorMatches(int value) {
    return set("maxAnchorMatches", () -> maxAnchorMatches = value);
  }

  /**
   * The power of probabilities where places are chosen.
   *
   * @param value 0.5 by default
   * @return this loss
   */
  public YOLOV8Loss alpha(double value) {
    return set("alpha", () -> alpha = value);
  }

  /**
   * The power of the likeness of boxes there.
   *
   * @param value 6 by default
   * @return this loss
   */
  public YOLOV8Loss beta(double value) {
    return set("beta", () -> beta = value);
  }

  @Override
  protected Tensor call(Object yTrue, Object yPred) {
    AnchorGrid grid = new AnchorGrid(height, width);
    Tensor t = (Tensor) yTrue;
    Tensor p = (Tensor) yPred;
    if (t.rank() != 3 || t.shape().last() != 5) {
      throw new IllegalArgumentException(
          name() + ": expected targets (batch, boxes, 5), got shape " + t.shape());
    }
    if (p.rank() != 3
        || p.shape().dim(1) != grid.count()
        || p.shape().last() <= YOLOV8Detector.SIDES) {
      throw new IllegalArgumentException(name() + ": expected predictions (batch, " + grid.count()
          + ", " + YOLOV8Detector.SIDES + " and the number of classes), of images of " + height
          + " and " + width + " pixels, got shape " + p.shape());
    }
    Tensor sides = Ops.getItem(p, Index.ALL, Index.ALL, Index.range(0, YOLOV8Detector.SIDES));
    Tensor scores = Ops.getItem(p, Index.ALL, Index.ALL, Index.range(YOLOV8Detector.SIDES, null));
    Tensor truth = Ops.getItem(t, Index.ALL, Index.ALL, Index.range(0, 4));
    Tensor classes = Ops.getItem(t, Index.ALL, Index.ALL, 4);
    Tensor there = Ops.all(Ops.greater(truth, -1), -1, true);
    NDArray strides = grid.strides();
    Tensor boxes = grid.boxes(sides);
    TaskAlignedAssignment.Targets targets = new TaskAlignedAssignment(maxAnchorMatches, alpha, beta)
        .assign(
            scores,
            Ops.multiply(boxes, strides),
            Ops.multiply(grid.points(), strides),
            classes,
            truth,
            there);
    Tensor weight = Ops.sum(targets.scores(), -1);
    Tensor all = Ops.maximum(Ops.sum(weight), 1);
    // where nothing is to be told the boxes agree, so that no gradient comes from there
    Tensor told = Ops.greater(Ops.expandDims(weight, -1), 0);
    Tensor goal = Ops.where(told, Ops.divide(targets.boxes(), strides), 0.0);
    Tensor ciou = BoundingBoxes.computeCiou(goal, Ops.where(told, boxes, 0.0), "xyxy", null);
    Tensor boxLoss = Ops.sum(Ops.multiply(Ops.subtract(1, ciou), weight), -1);
    Tensor classLoss = Ops.sum(Ops.mean(Ops.binaryCrossentropy(targets.scores(), scores), -1), -1);
    Tensor both = Ops.add(
        Ops.multiply(boxLoss, boxLossWeight), Ops.multiply(classLoss, classificationLossWeight));
    return Ops.cast(Ops.divide(both, all), DType.FLOAT32);
  }
}
