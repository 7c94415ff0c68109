package org.keras4j.hub.detection;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.image.BoundingBoxes;
import org.keras4j.ops.Ops;

/**
 * Of boxes that overlap keeps the one with the highest confidence, whatever their classes ({@code
 * keras_hub.layers.NonMaxSuppression}).
 *
 * <p>Input: a list of boxes {@code (batch, boxes, 4)}, left, top, right and bottom, and probabilities {@code (batch, boxes,
 * classes)}. Output: a map of {@code boxes (batch, detections, 4)}, {@code confidence} and {@code classes (batch, detections)}, the most confident
 * first, filled up with -1, and {@code num_detections (batch)}. No weights.
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class NonMaxSuppression extends FluentLayer<NonMaxSuppression> {
  @Config
  private double iouThreshold = 0.5;

  @Config
  private double confidenceThreshold = 0.5;

  @Config
  private int maxDetections = 100;

  /** At most 100 boxes, which share at most half of what two of them cover, of a confidence of at least a half. */
  public NonMaxSuppression() {}

  /**
   * How much of what two boxes cover together they may share.
   *
   * @param value from 0 to 1, 0.5 by default
   * @return this layer
   * @throws IllegalArgumentException if it is not
   */
  public NonMaxSuppression iouThreshold(double value) {
    return set("iouThreshold", () -> {
      iouThreshold = value;
      configured();
    });
  }

  /**
   * The least confidence of a box.
   *
   * @param value from 0 to 1, 0.5 by default
   * @return this layer
   * @throws IllegalArgumentException if it is not
   */
  public NonMaxSuppression confidenceThreshold(double value) {
    return set("confidenceThreshold", () -> {
      confidenceThreshold = value;
      configured();
    });
  }

  /**
   * The most boxes that are kept.
   *
   * @param value above 0, 100 by default
   * @return this layer
   * @throws IllegalArgumentException if it is not
   */
  public NonMaxSuppression maxDetections(int value) {
    return set("maxDetections", () -> {
      maxDetections = value;
      configured();
    });
  }

  @Override
  protected void configured() {
    if (!(iouThreshold >= 0 && iouThreshold <= 1)
        || !(confidenceThreshold >= 0 && confidenceThreshold <= 1)
        || maxDetections < 1) {
      throw new IllegalArgumentException(label()
          + ": expected thresholds from 0 to 1 and a positive number of detections, got"
          + " iouThreshold "
          + iouThreshold + ", confidenceThreshold " + confidenceThreshold + " and maxDetections "
          + maxDetections);
    }
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    if (!(inputs instanceof List<?> two)
        || two.size() != 2
        || !(two.get(0) instanceof Tensor given)
        || !(two.get(1) instanceof Tensor probabilities)
        || given.rank() != 3
        || probabilities.rank() != 3
        || given.shape().last() != 4) {
      throw new IllegalArgumentException(label()
          + ": expected a list of boxes (batch, boxes, 4) and probabilities (batch, boxes,"
          + " classes)");
    }
    Tensor boxes = Ops.cast(given, DType.FLOAT32);
    Tensor scores = Ops.cast(Ops.max(probabilities, -1), DType.FLOAT32);
    Tensor labels = Ops.cast(Ops.argmax(probabilities, -1), DType.INT32);
    scores = Ops.where(Ops.greater(scores, confidenceThreshold), scores, 0.0);
    // what is left, and the places of what was kept with their confidences
    Tensor none = Ops.zerosLike(Ops.repeat(Ops.take(scores, new int[] {0}, 1), maxDetections, 1));
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("left", scores);
    state.put("places", Ops.cast(none, DType.INT32));
    state.put("confidence", none);
    Map<String, Tensor> end = Ops.foriLoop(0, maxDetections, (i, s) -> step(i, s, boxes), state);
    Tensor confidence = Objects.requireNonNull(end.get("confidence"));
    Tensor places = Objects.requireNonNull(end.get("places"));
    Tensor found = Ops.greater(confidence, 0);
    Tensor kept = Ops.takeAlongAxis(boxes, Ops.repeat(Ops.expandDims(places, -1), 4, -1), 1);
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("boxes", Ops.where(Ops.expandDims(found, -1), kept, -1.0));
    out.put("confidence", Ops.where(found, confidence, -1.0));
    out.put("classes", Ops.where(found, Ops.takeAlongAxis(labels, places, 1), -1));
    out.put("num_detections", Ops.sum(Ops.cast(found, DType.INT32), -1));
    return out;
  }

  // keeps the most confident box, and lets go of those that share too much with it
  private Map<String, Tensor> step(Tensor i, Map<String, Tensor> state, Tensor boxes) {
    Tensor left = Objects.requireNonNull(state.get("left"));
    Tensor place = Ops.cast(Ops.argmax(left, -1, true), DType.INT32);
    Tensor score = Ops.takeAlongAxis(left, place, 1);
    Tensor box = Ops.takeAlongAxis(boxes, Ops.repeat(Ops.expandDims(place, -1), 4, -1), 1);
    Tensor own = Ops.equal(Ops.arange(boxes.shape().intDim(1), null, null, "int32"), place);
    Tensor shared = BoundingBoxes.computeIou(boxes, box, "xyxy", false, -1, null);
    Tensor gone = Ops.logicalOr(own, Ops.greater(Ops.squeeze(shared, -1), iouThreshold));
    Tensor slot = Ops.equal(Ops.arange(maxDetections, null, null, "int32"), i);
    Map<String, Tensor> next = new LinkedHashMap<>();
    next.put("left", Ops.where(gone, 0.0, left));
    next.put("places", Ops.where(slot, place, Objects.requireNonNull(state.get("places"))));
    next.put("confidence", Ops.where(slot, score, Objects.requireNonNull(state.get("confidence"))));
    return next;
  }

  @Override
  protected void build(Shape input) {
    // nothing to learn
  }
}
