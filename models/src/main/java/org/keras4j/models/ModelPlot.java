package org.keras4j.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.keras4j.core.internal.io.AtomicFile;

/**
 * A drawing of a model's layers and how they are connected ({@code keras.utils.plot_model} and {@code model_to_dot}), as
 * SVG, laid out by this library alone, or as text for Graphviz. Settings have Keras's names and defaults.
 */
public final class ModelPlot {
  private static final List<String> DIRECTIONS = List.of("TB", "BT", "LR", "RL");
  private static final List<String> SPLINES =
      List.of("ortho", "curved", "polyline", "spline", "line");

  private final Model model;
  private boolean showShapes;
  private boolean showDtype;
  private boolean showLayerNames;
  private boolean showLayerActivations;
  private boolean showTrainable;
  private boolean expandNested;
  private String rankdir = "TB";
  private String splines = "ortho";
  private int dpi = 200;

  ModelPlot(Model model) {
    if (!model.isBuilt()) {
      throw new IllegalStateException("Model '" + model.name()
          + "' is not built yet, so its plot is not known; build it by a call or buildFor(shape)");
    }
    this.model = model;
  }

  /** Whether the shapes of inputs and outputs are shown; false by default. */
  public ModelPlot showShapes(boolean value) {
    this.showShapes = value;
    return this;
  }

  /** Whether the dtypes of outputs are shown; false by default. */
  public ModelPlot showDtype(boolean value) {
    this.showDtype = value;
    return this;
  }

  /** Whether the layers' names are shown beside their classes; false by default. */
  public ModelPlot showLayerNames(boolean value) {
    this.showLayerNames = value;
    return this;
  }

  /** Whether the activations of layers that have one are shown; false by default. */
  public ModelPlot showLayerActivations(boolean value) {
    this.showLayerActivations = value;
    return this;
  }

  /** Whether it is shown which layers with weights are trainable; false by default. */
  public ModelPlot showTrainable(boolean value) {
    this.showTrainable = value;
    return this;
  }

  /** Whether the layers of models inside are drawn, in a frame; false by default. */
  public ModelPlot expandNested(boolean value) {
    this.expandNested = value;
    return this;
  }

  /**
   * Where the drawing goes: {@code "TB"} from top to bottom, the default, {@code "BT"}, {@code "LR"} or {@code "RL"}.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public ModelPlot rankdir(String value) {
    this.rankdir = oneOf("rankdir", value, DIRECTIONS);
    return this;
  }

  /**
   * How lines are drawn: {@code "ortho"}, in right angles, the default, {@code "polyline"} or {@code "line"}, straight,
   * {@code "curved"} or {@code "spline"}.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public ModelPlot splines(String value) {
    this.splines = oneOf("splines", value, SPLINES);
    return this;
  }

  /**
   * The dots of an inch for what Graphviz draws; 200 by default. SVG has no dots.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public ModelPlot dpi(int value) {
    if (value <= 0) {
      throw new IllegalArgumentException("plot: 'dpi' expects a positive number, got " + value);
    }
    this.dpi = value;
    return this;
  }

  private static String oneOf(String setting, String value, List<String> known) {
    if (!known.contains(value)) {
      throw new IllegalArgumentException(
          "plot: '" + setting + "' expects one of " + known + ", got '" + value + "'");
    }
    return value;
  }

  private PlotGraph graph() {
    return PlotGraph.of(
        model,
        expandNested,
        new PlotGraph.Shown(
            showShapes, showDtype, showLayerNames, showLayerActivations, showTrainable));
  }

  /** The text that Graphviz draws, with the nodes, labels and edges that Keras gives it. */
  public String toDot() {
    return PlotDot.write(graph(), rankdir, splines, dpi);
  }

  /** The drawing as SVG. */
  public String toSvg() {
    return PlotSvg.write(graph(), rankdir, splines);
  }

  /**
   * Writes the drawing.
   *
   * @param file its name ends in {@code .svg}, or in {@code .dot} or {@code .gv} for Graphviz
   * @throws IllegalArgumentException if it ends otherwise
   */
  public void write(Path file) {
    String name = file.toString();
    String text;
    if (name.endsWith(".svg")) {
      text = toSvg();
    } else if (name.endsWith(".dot") || name.endsWith(".gv")) {
      text = toDot();
    } else {
      throw new IllegalArgumentException("plot: '" + file
          + "' expects a name ending in .svg, .dot or .gv; Graphviz makes other images of a .dot");
    }
    try {
      AtomicFile.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
