package org.keras4j.training.callbacks;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.training.internal.plot.CurveChart;

/**
 * What {@code fit} returns: losses and metrics epoch by epoch ({@code keras.callbacks.History}).
 *
 * <pre>{@code
 * History history = model.fit(x, y, Fit.epochs(3));
 * double loss = history.last("loss");
 * }</pre>
 */
public final class History extends Callback {
  private final List<Integer> epochs = new ArrayList<>();
  private final Map<String, List<Double>> history = new LinkedHashMap<>();

  @Override
  public void onTrainBegin(Logs logs) {
    epochs.clear();
    history.clear();
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    epochs.add(epoch);
    logs.forEach((k, v) -> history.computeIfAbsent(k, n -> new ArrayList<>()).add(v));
  }

  /** The epochs there are numbers of, counted from 0. */
  public List<Integer> epochs() {
    return Collections.unmodifiableList(epochs);
  }

  /** The numbers by name, one an epoch. */
  public Map<String, List<Double>> history() {
    return Collections.unmodifiableMap(history);
  }

  /** One name's numbers. */
  public List<Double> get(String name) {
    List<Double> values = history.get(name);
    if (values == null) {
      throw new IllegalArgumentException("History has no '" + name + "', only " + history.keySet());
    }
    return Collections.unmodifiableList(values);
  }

  /** The last epoch's number of a name. */
  public double last(String name) {
    List<Double> values = get(name);
    return values.get(values.size() - 1);
  }

  /**
   * Draws the curves of all names, each with its {@code val_} beside it, over the epochs. Needs no display.
   *
   * @param file its name ends in {@code .svg} or {@code .png}
   * @throws IllegalArgumentException if it ends otherwise
   * @throws IllegalStateException if there are no numbers yet, or, for an image, if the machine has no fonts
   */
  public void plot(Path file) {
    if (epochs.isEmpty() || history.isEmpty()) {
      throw new IllegalStateException("History: there are no epochs to plot");
    }
    String name = file.toString();
    CurveChart chart = new CurveChart(epochs, history);
    try {
      if (name.endsWith(".svg")) {
        AtomicFile.writeString(file, chart.svg());
      } else if (name.endsWith(".png")) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image(chart), "png", png);
        AtomicFile.write(file, out -> out.write(png.toByteArray()));
      } else {
        throw new IllegalArgumentException(
            "History: plot expects a name ending in .svg or .png, got '" + file + "'");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BufferedImage image(CurveChart chart) {
    try {
      return chart.image();
    } catch (Error | RuntimeException e) {
      // what the JDK throws depends on what of its font system is missing
      throw new IllegalStateException(
          "History: no image can be drawn, as the machine has no fonts; write a .svg instead", e);
    }
  }

  /**
   * Draws the curves of all names.
   *
   * @param file its name ends in {@code .svg} or {@code .png}
   * @throws IllegalArgumentException if it ends otherwise
   */
  public void plot(String file) {
    plot(Path.of(file));
  }

  @Override
  public String toString() {
    return "History" + history;
  }
}
