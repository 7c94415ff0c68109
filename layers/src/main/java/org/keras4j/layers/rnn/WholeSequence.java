package org.keras4j.layers.rnn;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.layers.activations.Activations;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** When a layer's whole sequence can be one operation, and what goes into it. */
final class WholeSequence {
  private WholeSequence() {}

  static boolean possible(CellRNN<?, ?> layer, Tensor x, Tensor kernel, StepContext context) {
    GateCell<?> cell = layer.cell();
    return !layer.isUnroll()
        && cell.activation() == Activations.TANH
        && (!context.training() || cell.recurrentDropout() == 0)
        && x.rank() == 3
        && x.dtype() == kernel.dtype();
  }

  /** The sequence in the order of processing, with dropout applied. */
  static Tensor input(CellRNN<?, ?> layer, Tensor x, List<?> first, StepContext context) {
    Tensor in = layer.isGoBackwards() ? Prims.reverse(x, 1) : x;
    GateCell<?> cell = layer.cell();
    if (!context.training() || cell.dropout() == 0) {
      return in;
    }
    cell.prepare(Ops.squeeze(Prims.slice(x, 1, 0, 1), 1), first, context);
    List<Tensor> masks = cell.inputMasks(context);
    return masks == null ? in : Ops.multiply(in, Prims.expandDims(masks.get(0), 1));
  }
}
