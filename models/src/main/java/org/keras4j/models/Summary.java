package org.keras4j.models;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Operation;
import org.keras4j.core.OperationNode;
import org.keras4j.core.Variable;
import org.keras4j.layers.Layer;

/** A table of a model's layers and weights, in the form that Keras prints. */
public final class Summary {
  private final Model model;
  private int lineLength;
  private boolean expandNested;
  private boolean showTrainable;

  private Summary(Model model) {
    this.model = model;
  }

  static Summary of(Model model) {
    return new Summary(model);
  }

  /** The width in columns; by default Keras's for a terminal of 80. */
  public Summary lineLength(int value) {
    this.lineLength = value;
    return this;
  }

  /** Lists the layers of models inside too. */
  public Summary expandNested(boolean value) {
    this.expandNested = value;
    return this;
  }

  /** Adds a column telling which layers are trainable. */
  public Summary showTrainable(boolean value) {
    this.showTrainable = value;
    return this;
  }

  /** The text. */
  @Override
  public String toString() {
    Network graph = model instanceof Functional f ? f.graph() : null;
    boolean chain = graph == null || isChain(graph, (Functional) model);
    double[] positions =
        chain ? new double[] {0.45, 0.80, 1.0} : new double[] {0.3, 0.56, 0.74, 1.0};
    int length = chain ? 88 : 108;
    if (showTrainable) {
      length += 12;
      double[] p = new double[positions.length + 1];
      for (int i = 0; i < positions.length; i++) {
        p[i] = positions[i] * 0.9;
      }
      p[positions.length] = 1;
      positions = p;
    }
    length = lineLength > 0 ? lineLength : Math.min(length, 76);
    int[] widths = new int[positions.length];
    int current = 0;
    for (int i = 0; i < widths.length; i++) {
      widths[i] = (int) (positions[i] * length) - current;
      current += widths[i];
      if (widths[i] < 4) {
        throw new IllegalArgumentException("A summary needs more than " + length + " columns");
      }
    }
    Table table = new Table(widths, length);
    List<String> header = new ArrayList<>(List.of("Layer (type)", "Output Shape", "Param #"));
    if (!chain) {
      header.add("Connected to");
    }
    if (showTrainable) {
      header.add("Trainable");
    }
    List<List<String>> rows = new ArrayList<>();
    Shapes shapes = new Shapes(model);
    if (graph != null) {
      for (Operation op : graph.operations()) {
        row(rows, shapes, op, 0, chain ? null : graph);
      }
    } else {
      model.layers().forEach(l -> row(rows, shapes, l, 0, null));
    }
    return "Model: \"" + model.name() + "\"\n" + table.render(header, rows) + totals();
  }

  private static boolean isChain(Network graph, Functional model) {
    Set<OperationNode> nodes = new LinkedHashSet<>();
    for (List<OperationNode> level : graph.nodesByDepth()) {
      if (level.size() > 1 || level.get(0).inputs().size() > 1) {
        return false;
      }
      nodes.addAll(level);
    }
    for (Layer l : model.layers()) {
      if (graph.nodesOf(l).size() > 1) {
        return false;
      }
    }
    return true;
  }

  private void row(
      List<List<String>> rows, Shapes shapes, Operation op, int level, @Nullable Network graph) {
    String prefix = level == 0 ? "" : "   ".repeat(level) + "└ ";
    List<String> r = new ArrayList<>();
    r.add(prefix + OpNames.of(op) + " (" + OpNames.type(op) + ")");
    r.add(shapes.of(op));
    if (op instanceof Layer l) {
      r.add(l.isBuilt() ? String.format(Locale.ROOT, "%,d", l.countParams()) : "0 (unbuilt)");
    } else {
      r.add("0");
    }
    if (graph != null) {
      r.add(level == 0 ? connections(op, graph) : "-");
    }
    if (showTrainable) {
      r.add(op instanceof Layer l && !l.weights().isEmpty() ? l.isTrainable() ? "Y" : "N" : "-");
    }
    rows.add(r);
    if (expandNested && op instanceof Layer l && op instanceof Model) {
      l.layers().forEach(x -> row(rows, shapes, x, level + 1, graph));
    }
  }

  private static String connections(Operation op, Network graph) {
    List<String> parts = new ArrayList<>();
    for (OperationNode n : graph.nodesOf(op)) {
      for (KerasTensor t : n.inputs()) {
        OperationNode p = t.node();
        if (p != null) {
          parts.add(OpNames.of(p.operation()) + "["
              + graph.nodesOf(p.operation()).indexOf(p) + "][" + t.outputIndex() + "]");
        }
      }
    }
    return parts.isEmpty() ? "-" : String.join(", ", parts);
  }

  private String totals() {
    long trainable = count(model.trainableWeights());
    long fixed = count(model.nonTrainableWeights());
    long trainableBytes = bytes(model.trainableWeights());
    long fixedBytes = bytes(model.nonTrainableWeights());
    long optimizer = 0;
    long optimizerBytes = 0;
    boolean built = model.optimizer() != null && model.optimizer().isBuilt();
    if (built) {
      optimizer = count(model.optimizer().variables());
      optimizerBytes = bytes(model.optimizer().variables());
    }
    StringBuilder b = new StringBuilder();
    line(
        b,
        "Total params",
        trainable + fixed + optimizer,
        trainableBytes + fixedBytes + optimizerBytes);
    line(b, "Trainable params", trainable, trainableBytes);
    line(b, "Non-trainable params", fixed, fixedBytes);
    if (built) {
      line(b, "Optimizer params", optimizer, optimizerBytes);
    }
    return b.toString();
  }

  private static void line(StringBuilder b, String what, long n, long bytes) {
    b.append(String.format(Locale.ROOT, " %s: %,d (%s)%n", what, n, readable(bytes)));
  }

  private static long count(Collection<Variable> variables) {
    return variables.stream().mapToLong(v -> v.shape().size()).sum();
  }

  private static long bytes(Collection<Variable> variables) {
    return variables.stream().mapToLong(v -> v.spec().bytes()).sum();
  }

  private static String readable(double bytes) {
    String[] units = {"B", "KB", "MB", "GB", "TB", "PB"};
    double v = bytes;
    for (String u : units) {
      if (v / 1024 < 1) {
        return String.format(Locale.ROOT, "%.2f %s", v, u);
      }
      v /= 1024;
    }
    return String.format(Locale.ROOT, "%.2f %s", v, "EB");
  }
}
