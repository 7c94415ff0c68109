package org.keras4j.hub.detection;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.layers.image.BoundingBoxes;
import org.keras4j.ops.Ops;
import org.keras4j.ops.types.Index;

/**
 * Which places of a grid shall tell which box: those within it whose own box is near to it already and that already see its class
 * (Feng et al. 2021, arXiv:2108.07755).
 *
 * @param maxMatches how many places tell a box at most
 * @param alpha the power of probabilities
 * @param beta the power of likenesses
 */
record TaskAlignedAssignment(int maxMatches, double alpha, double beta) {
  private static final double SMALL = 1e-9;

  /**
   * What the places shall tell.
   *
   * @param boxes {@code (batch, places, 4)}; -1 where a place tells none
   * @param scores {@code (batch, places, classes)}
   */
  record Targets(Tensor boxes, Tensor scores) {}

  /**
   * Chooses.
   *
   * @param scores probabilities that places tell, {@code (batch, places, classes)}
   * @param boxes the boxes that they tell, in pixels, {@code (batch, places, 4)}
   * @param points where they are, in pixels, {@code (places, 2)}
   * @param classes of the true boxes, {@code (batch, boxes)}
   * @param truth the true boxes, in pixels, {@code (batch, boxes, 4)}
   * @param there which of them there are, {@code (batch, boxes, 1)}
   */
  Targets assign(
      Tensor scores, Tensor boxes, Tensor points, Tensor classes, Tensor truth, Tensor there) {
    int places = points.shape().intDim(0);
    Tensor known = Ops.maximum(Ops.cast(classes, DType.INT32), 0);
    Tensor own = Ops.swapaxes(
        Ops.takeAlongAxis(
            scores,
            Ops.broadcastTo(
                Ops.expandDims(known, 1),
                new long[] {scores.shape().dim(0), places, known.shape().dim(1)}),
            -1),
        1,
        2);
    // (batch, boxes, places)
    Tensor overlaps =
        BoundingBoxes.computeCiou(Ops.expandDims(truth, 2), Ops.expandDims(boxes, 1), "xyxy", null);
    Tensor fit = Ops.multiply(Ops.power(own, alpha), Ops.power(overlaps, beta));
    fit = Ops.where(Ops.logicalAnd(there, inside(points, truth)), fit, 0.0);
    List<Tensor> best = Ops.topK(fit, Math.min(maxMatches, places));
    Tensor candidates = Ops.where(Ops.greater(best.get(0), 0), best.get(1), -1);
    Tensor matched = Ops.sum(Ops.oneHot(candidates, places, fit.dtype()), -2);
    overlaps = Ops.multiply(overlaps, matched);
    // a place within several boxes tells the nearest one
    Tensor which = Ops.cast(Ops.argmax(overlaps, 1), DType.INT32);
    Tensor any = Ops.greater(Ops.max(overlaps, 1), 0);
    Tensor boxTargets =
        Ops.where(Ops.expandDims(any, -1), Ops.takeAlongAxis(truth, four(which), 1), -1.0);
    Tensor label = Ops.where(any, Ops.takeAlongAxis(known, which, 1), -1);
    int count = scores.shape().intDim(-1);
    fit = Ops.multiply(fit, matched);
    Tensor strength = Ops.max(
        Ops.divide(
            Ops.multiply(fit, Ops.max(overlaps, -1, true)), Ops.add(Ops.max(fit, -1, true), SMALL)),
        -2);
    Tensor classTargets =
        Ops.multiply(Ops.oneHot(label, count, fit.dtype()), Ops.expandDims(strength, -1));
    return new Targets(Ops.stopGradient(boxTargets), Ops.stopGradient(classTargets));
  }

  private static Tensor four(Tensor which) {
    return Ops.repeat(Ops.expandDims(which, -1), 4, -1);
  }

  private static Tensor inside(Tensor points, Tensor truth) {
    Tensor boxes = Ops.expandDims(truth, 2);
    Tensor begin = Ops.getItem(boxes, Index.ELLIPSIS, Index.range(0, 2));
    Tensor end = Ops.getItem(boxes, Index.ELLIPSIS, Index.range(2, 4));
    return Ops.all(Ops.logicalAnd(Ops.less(begin, points), Ops.greater(end, points)), -1);
  }
}
