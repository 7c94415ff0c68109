package org.keras4j.models;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Operation;
import org.keras4j.core.OperationNode;
import org.keras4j.core.Shape;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;

/** The output shapes that a summary shows. */
final class Shapes {
  private Shapes() {}

  static String of(Operation op, @Nullable Network graph, Model model) {
    if (graph != null && !graph.nodesOf(op).isEmpty()) {
      OperationNode n = graph.nodesOf(op).get(0);
      return text(n.outputs().stream().map(KerasTensor::shape).toList());
    }
    if (op instanceof Functional f) {
      return f.outputShape().toString();
    }
    if (model instanceof Sequential s && s.inputShape() != null && s.layers().contains(op)) {
      Object spec = new org.keras4j.core.TensorSpec(
          s.inputShape(),
          s.inputLayer() == null ? s.computeDtype() : s.inputLayer().elementType());
      for (Layer l : s.layers()) {
        spec = l.computeOutputSpec(spec, CallArgs.of());
        if (l == op) {
          List<Shape> shapes = new ArrayList<>();
          org.keras4j.core.Nest.tensors(spec).forEach(t -> shapes.add(t.shape()));
          return text(shapes);
        }
      }
    }
    return "?";
  }

  private static String text(List<Shape> shapes) {
    return shapes.size() == 1
        ? shapes.get(0).toString()
        : shapes.stream().map(Shape::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
