package org.keras4j.layers.rnn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.Layer;

/**
 * Several cells as one, each fed with the output of the one before ({@code keras.layers.StackedRNNCells}).
 * The states are a list of each cell's list of states.
 *
 * <pre>{@code
 * Tensor y = new RNN(new StackedRNNCells(new LSTMCell(8), new LSTMCell(4))).invoke(Ops.ones(new long[] {32, 10, 8})); // (32, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class StackedRNNCells extends FluentLayer<StackedRNNCells> implements RNNCell {
  private List<Layer> cells = List.of();

  private StackedRNNCells() {}

  /**
   * Of these cells.
   *
   * @param cells the cells, from the first to the last
   * @throws IllegalArgumentException if one is no {@link RNNCell}
   */
  public StackedRNNCells(List<? extends Layer> cells) {
    stack(cells);
  }

  /**
   * Of these cells.
   *
   * @param cells the cells, from the first to the last
   */
  public StackedRNNCells(Layer... cells) {
    this(List.of(cells));
  }

  private void stack(List<? extends Layer> list) {
    for (Layer l : list) {
      if (!(l instanceof RNNCell)) {
        throw new IllegalArgumentException(
            label() + ": expected layers that are RNNCells, got " + l);
      }
    }
    this.cells = track("cells", List.copyOf(list));
  }

  private RNNCell cell(int i) {
    return (RNNCell) cells.get(i);
  }

  @Override
  protected void build(Shape input) {
    Shape shape = input;
    for (int i = 0; i < cells.size(); i++) {
      cells.get(i).buildFor(shape);
      shape = Shape.of(input.dim(0), cell(i).outputSize());
    }
  }

  @Override
  public List<?> stateShape() {
    return cells.stream().map(c -> ((RNNCell) c).stateShape()).toList();
  }

  @Override
  public List<?> initialState(Function<Shape, Tensor> zeros) {
    return cells.stream().map(c -> ((RNNCell) c).initialState(zeros)).toList();
  }

  @Override
  public long outputSize() {
    return cell(cells.size() - 1).outputSize();
  }

  @Override
  public void prepare(Tensor firstInput, List<?> states, StepContext context) {
    Tensor x = firstInput;
    for (int i = 0; i < cells.size(); i++) {
      List<?> own = listOf(states.get(i));
      cell(i).prepare(x, own, context);
      x = cell(i).step(x, own, context).output();
    }
  }

  // a cell with one state may be given it alone
  private static List<?> listOf(Object states) {
    return states instanceof List<?> l ? l : List.of(states);
  }

  @Override
  public Step step(Tensor input, List<?> states, StepContext context) {
    List<Object> next = new ArrayList<>();
    Tensor x = input;
    for (int i = 0; i < cells.size(); i++) {
      Step s = cell(i).step(x, listOf(states.get(i)), context);
      boolean single = !(states.get(i) instanceof List) && s.states().size() == 1;
      next.add(single ? s.states().get(0) : s.states());
      x = s.output();
    }
    return new Step(x, next);
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "states", "training");
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    if (!(context.get("states") instanceof List<?> states)) {
      throw new IllegalArgumentException(label() + ": expected a list of states");
    }
    StepContext c = new StepContext(context.training());
    if (c.training()) {
      prepare(single(inputs), states, c);
    }
    Step s = step(single(inputs), states, c);
    return List.of(s.output(), s.states());
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("cells", cells);
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    if (rest.remove("cells") instanceof List<?> l) {
      stack(l.stream().map(this::cell).toList());
    }
    super.setConfig(rest);
  }

  private Layer cell(@Nullable Object given) {
    if (given instanceof Layer l) {
      return l;
    }
    throw new IllegalArgumentException(
        label() + ": config expects 'cells' to be layers, got " + ConfigEntries.shown(given));
  }
}
