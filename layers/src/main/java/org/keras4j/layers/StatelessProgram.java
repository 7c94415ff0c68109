package org.keras4j.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.ops.compile.Jit;

/**
 * The stateless call of a layer or a model, compiled: weights and inputs in, outputs and the values that the
 * non-trainable variables have afterwards out, as one program for each set of shapes. The variables
 * themselves are neither read nor changed.
 *
 * <pre>{@code
 * StatelessProgram f = StatelessProgram.of(model, CallArgs.of());
 * Layer.Stateless r = f.call(weights, statistics, x);
 * }</pre>
 *
 * <p>May be called by many threads at once.
 */
public final class StatelessProgram {
  private final Layer layer;
  private final Jit jit;

  private StatelessProgram(Layer layer, CallArgs arguments) {
    this.layer = layer;
    this.jit = Jit.of(in -> {
      Map<?, ?> given = (Map<?, ?>) Objects.requireNonNull(in);
      Layer.Stateless r = layer.statelessCall(
          tensors(given.get("trainable")),
          tensors(given.get("nonTrainable")),
          Objects.requireNonNull(given.get("inputs")),
          arguments);
      return Map.of(
          "outputs", r.outputs(), "after", r.nonTrainableVariables(), "losses", r.losses());
    });
  }

  /**
   * The program of a layer; compiled when it is first called.
   *
   * @param arguments of every call besides the inputs, {@code training} for instance
   * @return the program
   * @throws IllegalStateException if the layer is not built
   */
  public static StatelessProgram of(Layer layer, CallArgs arguments) {
    if (!layer.isBuilt()) {
      throw new IllegalStateException(
          layer.name() + ": must be built before its stateless call can be compiled");
    }
    return new StatelessProgram(layer, arguments);
  }

  /**
   * Runs it.
   *
   * @param trainableVariables values for {@link Layer#trainableVariables}, in their order
   * @param nonTrainableVariables values for {@link Layer#nonTrainableVariables}, in their order
   * @param inputs as the layer takes them: a tensor, or a list or map of them
   * @return outputs, new values of the weights that are not trained, and losses
   * @throws IllegalArgumentException if there are more or fewer values than variables, or one does not fit
   */
  public Layer.Stateless call(
      List<? extends Tensor> trainableVariables,
      List<? extends Tensor> nonTrainableVariables,
      Object inputs) {
    Map<?, ?> out = (Map<?, ?>) Objects.requireNonNull(jit.call(Map.of(
        "trainable", List.copyOf(trainableVariables),
        "nonTrainable", List.copyOf(nonTrainableVariables),
        "inputs", inputs)));
    return new Layer.Stateless(
        Objects.requireNonNull(out.get("outputs")),
        tensors(out.get("after")),
        tensors(out.get("losses")));
  }

  private static List<Tensor> tensors(@Nullable Object list) {
    List<Tensor> out = new ArrayList<>();
    for (Object t : (List<?>) Objects.requireNonNull(list)) {
      out.add((Tensor) t);
    }
    return out;
  }

  @Override
  public String toString() {
    return "StatelessProgram(" + layer.name() + ")";
  }
}
