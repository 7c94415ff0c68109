package org.keras4j.models;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Nest;
import org.keras4j.core.Operation;
import org.keras4j.core.Shape;
import org.keras4j.layers.Layer;

/** The output shapes that a summary shows. */
final class Shapes {
  private final @Nullable Network graph;
  private final Map<Operation, Object> specs;

  /** Of the layers of a model. */
  Shapes(Model model) {
    this.graph = model instanceof Functional f ? f.graph() : null;
    this.specs = model instanceof Sequential s ? s.outputSpecs() : Map.of();
  }

  String of(Operation op) {
    if (graph != null && !graph.nodesOf(op).isEmpty()) {
      return text(
          graph.nodesOf(op).get(0).outputs().stream().map(KerasTensor::shape).toList());
    }
    if (op instanceof Functional f) {
      return f.outputShape().toString();
    }
    Object spec = specs.get(op);
    return spec == null
        ? ofBuilt(op)
        : text(Nest.tensors(spec).stream().map(t -> t.shape()).toList());
  }

  // of a layer that was never called on symbolic tensors: for the shape that it was built for
  private static String ofBuilt(Operation op) {
    if (op instanceof Layer l && l.isBuilt()) {
      Map<String, Object> build = l.getBuildConfig();
      if (build != null && build.get("input_shape") instanceof Shape s) {
        try {
          return l.computeOutputShape(s).toString();
        } catch (IllegalArgumentException | IllegalStateException e) {
          return "?"; // built for less than its call needs
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
