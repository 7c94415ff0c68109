package org.keras4j.models;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Operation;
import org.keras4j.core.OperationNode;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.InputLayer;

/** What a plot shows: boxes, frames around the boxes of models inside, and arrows between boxes. */
final class PlotGraph {
  /** What boxes tell. */
  record Shown(
      boolean shapes, boolean dtype, boolean names, boolean activations, boolean trainable) {}

  /** A part of a drawing: a box or a frame. */
  sealed interface Part {
    /** Unlike those of all others. */
    int id();
  }

  /**
   * One layer or function.
   *
   * @param name null if it is not shown
   * @param activation null if it is not shown, or there is none
   */
  record Box(
      int id, @Nullable String name, String type, @Nullable String activation, List<Cell> cells)
      implements Part {}

  /**
   * One thing that is told.
   *
   * @param what before the value: {@code "Output shape: "}
   * @param color a background that says something by itself, or null
   */
  record Cell(String what, String value, @Nullable String color) {}

  /** The boxes of one model, in their order. */
  record Frame(int id, String name, List<Part> parts) implements Part {}

  /** From one box to another. */
  record Arrow(int from, int to) {}

  private final Shown shown;
  private final boolean expand;
  private final Map<Operation, Integer> ids = new IdentityHashMap<>();
  private final Set<Arrow> arrows = new LinkedHashSet<>();
  private Frame root;
  private int last;

  private PlotGraph(boolean expand, Shown shown) {
    this.expand = expand;
    this.shown = shown;
    this.root = new Frame(0, "", List.of());
  }

  static PlotGraph of(Model model, boolean expand, Shown shown) {
    PlotGraph g = new PlotGraph(expand, shown);
    g.root = new Frame(0, model.name(), g.parts(model));
    return g;
  }

  Frame root() {
    return root;
  }

  Set<Arrow> arrows() {
    return arrows;
  }

  private boolean opens(Operation op) {
    return expand
        && (op instanceof Functional
            || op instanceof Sequential s && !s.layers().isEmpty());
  }

  private List<Part> parts(Model model) {
    List<Part> out = new ArrayList<>();
    if (model instanceof Functional f) {
      Map<Operation, String> names = FunctionalConfig.names(f);
      for (Operation op : f.graph().operations()) {
        OperationNode n = f.graph().nodesOf(op).get(0);
        add(out, op, Objects.requireNonNull(names.get(op)), n.inputs(), n.outputs());
      }
      f.graph().operations().forEach(op -> arrows(f.graph(), op));
    } else if (model instanceof Sequential s) {
      List<Layer> layers = s.layers();
      layers.forEach(l -> add(out, l, l.name(), ends(l, true), ends(l, false)));
      for (int i = 1; i < layers.size(); i++) {
        arrow(layers.get(i - 1), 0, layers.get(i), 0);
      }
    } else {
      out.add(box(model, model.name(), ends(model, true), ends(model, false)));
    }
    return out;
  }

  private static @Nullable List<KerasTensor> ends(Layer l, boolean inputs) {
    try {
      return inputs ? l.inputs() : l.outputs();
    } catch (IllegalStateException e) {
      return null; // never called on symbolic tensors
    }
  }

  private void add(
      List<Part> out,
      Operation op,
      String name,
      @Nullable List<KerasTensor> inputs,
      @Nullable List<KerasTensor> outputs) {
    if (ids.containsKey(op)) {
      return; // shared by models inside, and drawn already
    }
    if (opens(op)) {
      int id = ++last;
      ids.put(op, id);
      out.add(new Frame(id, name, parts((Model) op)));
    } else {
      out.add(box(op, name, inputs, outputs));
    }
  }

  private Box box(
      Operation op,
      String name,
      @Nullable List<KerasTensor> inputs,
      @Nullable List<KerasTensor> outputs) {
    int id = ++last;
    ids.put(op, id);
    List<Cell> cells = new ArrayList<>();
    if (shown.shapes) {
      if (!(op instanceof InputLayer)) {
        cells.add(new Cell("Input shape: ", shapes(inputs), null));
      }
      cells.add(new Cell("Output shape: ", shapes(outputs), null));
    }
    if (shown.dtype) {
      cells.add(new Cell("Output dtype: ", dtypes(outputs), null));
    }
    if (shown.trainable && op instanceof Layer l && !l.weights().isEmpty()) {
      boolean trains = l.isTrainable();
      cells.add(new Cell(
          "", trains ? "Trainable" : "Non-trainable", trains ? "forestgreen" : "firebrick"));
    }
    return new Box(
        id,
        shown.names ? name : null,
        OpNames.type(op),
        shown.activations && op instanceof Layer l ? activation(l) : null,
        cells);
  }

  private static String shapes(@Nullable List<KerasTensor> tensors) {
    return text(
        tensors == null
            ? List.of("?")
            : tensors.stream().map(t -> t.shape().toString()).toList());
  }

  private static String dtypes(@Nullable List<KerasTensor> tensors) {
    return text(
        tensors == null
            ? List.of("?")
            : tensors.stream().map(t -> t.dtype().kerasName()).toList());
  }

  private static String text(List<String> values) {
    return values.size() == 1
        ? values.get(0)
        : values.stream().collect(Collectors.joining(", ", "[", "]"));
  }

  private static @Nullable String activation(Layer l) {
    Object a;
    try {
      a = Serializer.serialize(l.getConfig().get("activation"));
    } catch (IllegalArgumentException e) {
      return null; // nothing that a config can tell
    }
    if (a instanceof Map<?, ?> m) {
      return String.valueOf(m.get("config") instanceof String s ? s : m.get("class_name"));
    }
    return a instanceof String s ? s : null;
  }

  private void arrows(Network graph, Operation op) {
    for (OperationNode n : graph.nodesOf(op)) {
      for (int i = 0; i < n.inputs().size(); i++) {
        KerasTensor t = n.inputs().get(i);
        OperationNode from = t.node();
        if (from != null && ids.containsKey(from.operation())) {
          arrow(from.operation(), t.outputIndex(), op, i);
        }
      }
    }
  }

  /** From the box inside that gives an output to the box inside that takes an input. */
  private void arrow(Operation from, int output, Operation to, int input) {
    Operation source = from;
    int out = output;
    while (opens(source)) {
      if (source instanceof Functional f) {
        KerasTensor t = f.outputs().get(out);
        OperationNode n = t.node();
        if (n == null) {
          return;
        }
        source = n.operation();
        out = t.outputIndex();
      } else {
        source = ((Sequential) source).getLayer(-1);
      }
    }
    Operation target = to;
    int in = input;
    while (opens(target)) {
      if (target instanceof Functional f) {
        OperationNode n = f.inputs().get(Math.min(in, f.inputs().size() - 1)).node();
        if (n == null) {
          return;
        }
        target = n.operation();
      } else {
        target = ((Sequential) target).getLayer(0);
      }
      in = 0;
    }
    arrows.add(new Arrow(id(source), id(target)));
  }

  private int id(Operation op) {
    return Objects.requireNonNull(ids.get(op));
  }
}
