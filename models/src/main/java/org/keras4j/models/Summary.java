package org.keras4j.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Operation;
import org.keras4j.core.OperationNode;
import org.keras4j.core.Variable;
import org.keras4j.layers.Layer;
import org.keras4j.training.optimizers.Optimizer;

/** A table of a model's layers and weights, in the form that Keras prints. */
public final class Summary {
  /** Keras's width in a terminal of 80 columns. */
  private static final int TERMINAL = 76;

  private final Model model;
  private final Map<Model, Map<Operation, String>> names = new IdentityHashMap<>();
  private List<Pattern> range = List.of();
  private double @Nullable [] positions;
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

  /**
   * Where each column ends, as parts of the width, growing to 1; by default 0.45, 0.8, 1 or, for graphs with branches,
   * 0.3, 0.56, 0.74, 1, with room for one more if {@link #showTrainable} is set.
   */
  public Summary positions(double... value) {
    this.positions = value.clone();
    return this;
  }

  /**
   * Lists a part of the model's layers.
   *
   * @param first the first layer's name, or a regular expression that the names of layers begin with, of which the
   *     first one counts
   * @param last likewise for the last layer, of which the last one counts; it is listed too
   * @return these options
   */
  public Summary layerRange(String first, String last) {
    this.range = List.of(Pattern.compile(first), Pattern.compile(last));
    return this;
  }

  /** Prints the text on the standard output. */
  public void print() {
    System.out.print(this);
  }

  /** Hands each line to a function: a log's, for instance. */
  public void print(Consumer<String> line) {
    toString().lines().forEach(line);
  }

  /**
   * The text.
   *
   * @throws IllegalArgumentException if there are too few columns, or no layers in the range
   */
  @Override
  public String toString() {
    Network graph = model instanceof Functional f ? f.graph() : null;
    boolean chain = graph == null || isChain(graph, (Functional) model);
    List<String> header = new ArrayList<>(List.of("Layer (type)", "Output Shape", "Param #"));
    List<Table.Side> sides =
        new ArrayList<>(List.of(Table.Side.LEFT, Table.Side.LEFT, Table.Side.RIGHT));
    if (!chain) {
      header.add("Connected to");
      sides.add(Table.Side.LEFT);
    }
    if (showTrainable) {
      header.add("Trainable");
      sides.add(Table.Side.CENTER);
    }
    int length = lineLength > 0 ? lineLength : TERMINAL;
    Table table = new Table(widths(chain, length, header.size()), sides, length);
    Rows rows = new Rows(chain ? null : graph);
    for (Operation op : inRange(graph == null ? model.layers() : graph.operations())) {
      rows.add(op, model, 0);
    }
    return "Model: \"" + model.name() + "\"\n" + table.render(header, rows.made) + totals();
  }

  private int[] widths(boolean chain, int length, int columns) {
    double[] given = positions;
    if (given == null) {
      given = chain ? new double[] {0.45, 0.80, 1.0} : new double[] {0.3, 0.56, 0.74, 1.0};
    }
    double[] p = Arrays.copyOf(given, columns);
    if (showTrainable && given.length == columns - 1) {
      for (int i = 0; i < given.length; i++) {
        p[i] *= 0.9;
      }
      p[given.length] = 1;
    } else if (given.length != columns) {
      throw new IllegalArgumentException(
          "A summary of " + columns + " columns has as many positions, got " + given.length);
    }
    int[] widths = new int[columns];
    int current = 0;
    for (int i = 0; i < columns; i++) {
      widths[i] = (int) (p[i] * length) - current;
      current += widths[i];
      if (widths[i] < 4) {
        throw new IllegalArgumentException("A summary needs more than " + length
            + " columns for positions " + Arrays.toString(p) + ", each 4 at least");
      }
    }
    return widths;
  }

  private List<? extends Operation> inRange(List<? extends Operation> all) {
    if (range.isEmpty()) {
      return all;
    }
    int from = -1;
    int to = -1;
    int firstLast = -1;
    int lastFirst = -1;
    for (int i = 0; i < all.size(); i++) {
      String name = nameOf(all.get(i), model);
      if (range.get(0).matcher(name).lookingAt()) {
        from = from < 0 ? i : from;
        lastFirst = i;
      }
      if (range.get(1).matcher(name).lookingAt()) {
        to = i;
        firstLast = firstLast < 0 ? i : firstLast;
      }
    }
    if (from < 0 || to < 0) {
      throw new IllegalArgumentException("The model '" + model.name()
          + "' has no layers for the range " + range + ", only "
          + all.stream().map(op -> nameOf(op, model)).toList());
    }
    return from > to ? all.subList(firstLast, lastFirst + 1) : all.subList(from, to + 1);
  }

  private String nameOf(Operation op, Model of) {
    return names
        .computeIfAbsent(of, m -> m instanceof Functional f ? FunctionalConfig.names(f) : Map.of())
        .getOrDefault(op, OpNames.of(op));
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

  /** The rows of the table. */
  private final class Rows {
    private final List<List<String>> made = new ArrayList<>();
    private final Map<Model, Shapes> shapes = new IdentityHashMap<>();
    private final @Nullable Network graph;

    Rows(@Nullable Network graph) {
      this.graph = graph;
    }

    void add(Operation op, Model in, int level) {
      String prefix = level == 0 ? "" : "   ".repeat(level) + "└ ";
      List<String> r = new ArrayList<>();
      r.add(prefix + nameOf(op, in) + " (" + OpNames.type(op) + ")");
      r.add(shapes.computeIfAbsent(in, Shapes::new).of(op));
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
      made.add(r);
      if (expandNested && op instanceof Model m) {
        m.layers().forEach(x -> add(x, m, level + 1));
      }
    }
  }

  private String connections(Operation op, Network graph) {
    List<String> parts = new ArrayList<>();
    for (OperationNode n : graph.nodesOf(op)) {
      for (KerasTensor t : n.inputs()) {
        OperationNode p = t.node();
        if (p != null) {
          parts.add(nameOf(p.operation(), model) + "["
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
    Optimizer o = model.optimizer();
    boolean built = o != null && o.isBuilt();
    if (o != null && built) {
      optimizer = count(o.variables());
      optimizerBytes = bytes(o.variables());
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
