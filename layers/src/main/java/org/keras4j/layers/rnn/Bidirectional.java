package org.keras4j.layers.rnn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Runs a recurrent layer over sequences in both directions ({@code keras.layers.Bidirectional}). The layer
 * given is copied: once forward, and once backward unless a backward layer is given.
 *
 * <p>Input: that of the layer; {@code initial_state} lists the forward states, then the backward ones. Output
 * shape: the layer's, with the last axis doubled for {@code "concat"}; a list of both directions' if the
 * merge mode is null; with return state a list of the output and all last states. Weights: those of the
 * forward and of the backward layer.
 *
 * <pre>{@code
 * Tensor y = new Bidirectional(new LSTM(4)).mergeMode("sum").invoke(Ops.ones(new long[] {32, 10, 8})); // (32, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Bidirectional extends FluentLayer<Bidirectional> {
  private static final List<String> MODES = List.of("concat", "sum", "mul", "ave");

  @Config
  private @Nullable String mergeMode = "concat";

  private BaseRNN<?> forward;
  private BaseRNN<?> backward;

  private Bidirectional() {
    this(new SimpleRNN(1));
  }

  /**
   * Of this layer in both directions.
   *
   * @param layer the layer inside
   */
  public Bidirectional(BaseRNN<?> layer) {
    supportsMasking(true);
    wrap(layer, null);
  }

  /**
   * Of a layer for each direction.
   *
   * @param layer the layer inside
   * @param backwardLayer a layer that goes the other way, and otherwise returns the same
   */
  public Bidirectional(BaseRNN<?> layer, BaseRNN<?> backwardLayer) {
    supportsMasking(true);
    wrap(layer, backwardLayer);
  }

  private void wrap(BaseRNN<?> layer, @Nullable BaseRNN<?> other) {
    forward = copy(layer, "forward_", false);
    backward = other == null ? copy(layer, "backward_", true) : other;
    boolean same = forward.isStateful() == backward.isStateful()
        && forward.isReturnSequences() == backward.isReturnSequences()
        && forward.isReturnState() == backward.isReturnState();
    if (!same || forward.isGoBackwards() == backward.isGoBackwards()) {
      throw new IllegalArgumentException(label() + ": expected two layers that differ in"
          + " 'goBackwards' and agree in 'stateful', 'returnSequences' and 'returnState'");
    }
    forward.forceZeroOutputForMask(forward.isReturnSequences());
    backward.forceZeroOutputForMask(backward.isReturnSequences());
    track("forward_layer", forward);
    track("backward_layer", backward);
  }

  private static BaseRNN<?> copy(BaseRNN<?> layer, String prefix, boolean turned) {
    String name = layer.name();
    return Serializer.copy(layer, config -> {
      config.put("name", name.startsWith(prefix) ? name : prefix + name);
      if (turned) {
        config.put("go_backwards", true);
      }
    });
  }

  /**
   * How both directions' outputs are merged.
   *
   * @param value {@code "concat"} (the default), {@code "sum"}, {@code "mul"}, {@code "ave"}, or null to return
   *     both
   * @return this layer
   */
  public Bidirectional mergeMode(@Nullable String value) {
    set("mergeMode", () -> mergeMode = value);
    configured();
    return this;
  }

  @Override
  protected void configured() {
    if (mergeMode != null && !MODES.contains(mergeMode)) {
      throw new IllegalArgumentException(
          label() + ": 'mergeMode' expects null or one of " + MODES + ", got '" + mergeMode + "'");
    }
  }

  /** The copy that goes forward. */
  public BaseRNN<?> forwardLayer() {
    return forward;
  }

  /** The layer that goes backward. */
  public BaseRNN<?> backwardLayer() {
    return backward;
  }

  /** Makes the kept states of both directions zeros. */
  public void resetState() {
    forward.resetState();
    backward.resetState();
  }

  @Override
  protected List<String> callArguments() {
    return List.of("sequences", "initial_state", "mask", "training");
  }

  @Override
  protected List<String> buildArguments() {
    return List.of("sequences", "initial_state");
  }

  @Override
  protected void build(Shape input) {
    forward.buildFor(input);
    backward.buildFor(input);
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    List<?> initial = null;
    Object given = context.get("initial_state");
    if (given != null) {
      initial = given instanceof List<?> l ? l : List.of(given);
      if (initial.size() % 2 != 0) {
        throw new IllegalArgumentException(label()
            + ": 'initialState' expects the states of both directions, got " + initial.size());
      }
    }
    int half = initial == null ? 0 : initial.size() / 2;
    Object x = given(inputs);
    Object mask = context.masks();
    List<Object> f = run(forward, x, initial == null ? null : initial.subList(0, half), mask);
    List<Object> b =
        run(backward, x, initial == null ? null : initial.subList(half, 2 * half), mask);
    Tensor y = Prims.convert((Tensor) f.get(0), computeDtype());
    Tensor back = Prims.convert((Tensor) b.get(0), computeDtype());
    if (forward.isReturnSequences()) {
      back = Prims.reverse(back, 1);
    }
    List<Object> out = new ArrayList<>();
    if (mergeMode == null) {
      out.add(y);
      out.add(back);
    } else {
      out.add(merge(mergeMode, y, back));
    }
    if (forward.isReturnState()) {
      out.addAll(f.subList(1, f.size()));
      out.addAll(b.subList(1, b.size()));
    }
    return out.size() == 1 ? out.get(0) : out;
  }

  private static List<Object> run(
      BaseRNN<?> layer, Object x, @Nullable List<?> states, @Nullable Object mask) {
    Object y = layer.invokeNested(x, CallArgs.of("initial_state", states, "mask", mask));
    List<Object> out = new ArrayList<>();
    if (y instanceof List<?> l) {
      out.addAll(l);
    } else {
      out.add(y);
    }
    return out;
  }

  private static Tensor merge(String mode, Tensor y, Tensor back) {
    switch (mode) {
      case "concat":
        return Prims.concat(List.of(y, back), -1);
      case "sum":
        return Ops.add(y, back);
      case "ave":
        return Ops.divide(Ops.add(y, back), 2);
      default:
        return Ops.multiply(y, back);
    }
  }

  @Override
  protected @Nullable Object computeMask(@Nullable Object inputs, @Nullable Object previousMask) {
    List<Object> flat = Nest.flatten(previousMask);
    Object mask = flat.isEmpty() || !forward.isReturnSequences() ? null : flat.get(0);
    return mergeMode == null ? Arrays.asList(mask, mask) : mask;
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("layer", forward);
    out.put("backward_layer", backward);
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    Object layer = rest.remove("layer");
    Object other = rest.remove("backward_layer");
    if (!(layer instanceof BaseRNN<?> l) || other != null && !(other instanceof BaseRNN<?>)) {
      throw new IllegalArgumentException(
          label() + ": config expects recurrent layers, got " + layer + " and " + other);
    }
    wrap(l, other == null ? null : copy((BaseRNN<?>) other, "", false));
    super.setConfig(rest);
  }
}
