package org.keras4j.torch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.keras4j.backend.pytorch.PyTorch;
import org.keras4j.core.Keras;
import org.keras4j.core.Nest;
import org.keras4j.core.TensorSpec;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;

/**
 * A layer or model as a module of libtorch ({@code torch.nn.Module}), for a training loop written against
 * {@code org.bytedeco:pytorch}: its trainable variables are parameters, the others are buffers, under their paths with dots
 * ({@code dense.kernel}); {@link #train(boolean)} and {@link #eval()} say in which phase layers run.
 *
 * <pre>{@code
 * TorchModule module = TorchModule.of(model);
 * Adam adam = new Adam(module.parameters(), new AdamOptions(1e-3));
 * module.train(true);
 * adam.zero_grad();
 * torch.mse_loss(module.forward(x), y).backward();
 * adam.step();
 * }</pre>
 *
 * <p>Module and layer have one memory: the layer sees each step of the optimizer, and the module what {@code fit},
 * {@code loadWeights} or {@code setWeights} assigned. The moving statistics of a {@code BatchNormalization} are buffers, and
 * change in {@link #forward} as they do in {@code fit}. Not for several threads at once.
 *
 * <p>Where a function has a gradient of its own ({@code CustomGradient}), libtorch differentiates its body instead.
 */
public final class TorchModule extends Module {
  private final Layer layer;
  private final SharedWeights weights;
  private final boolean compiled;
  private final CompiledCalls calls;
  private List<Tensor> losses = List.of();

  /** What a call gives: outputs, and what is to be minimized besides. */
  record Result(List<Tensor> outputs, List<Tensor> losses) {}

  private TorchModule(Layer layer, boolean compiled) {
    super(layer.name());
    if (!layer.isBuilt()) {
      throw new IllegalArgumentException("Layer '" + layer.name()
          + "' has no weights yet: build it, or give the model an Input, before it becomes a"
          + " module");
    }
    if (!PyTorch.backend().equals(Keras.backend())) {
      throw new IllegalStateException(
          "A module of libtorch needs the backend 'pytorch', in use is '"
              + Keras.backend().name() + "'");
    }
    this.layer = layer;
    this.compiled = compiled;
    this.weights = new SharedWeights(layer, this);
    this.calls = new CompiledCalls(layer, weights);
    train(false);
  }

  /**
   * A module whose calls are compiled, once for each shape of the inputs and phase: a call is one call into native code.
   *
   * @param layer a built layer or model
   * @return the module
   * @throws IllegalArgumentException if it is not built
   * @throws IllegalStateException if another backend than PyTorch is in use
   */
  public static TorchModule of(Layer layer) {
    return new TorchModule(layer, true);
  }

  /**
   * Likewise a module that runs the layer's Java code in each call, operation by operation.
   *
   * @param layer a built layer or model
   * @return the module
   * @throws IllegalArgumentException if it is not built
   * @throws IllegalStateException if another backend than PyTorch is in use
   */
  public static TorchModule eager(Layer layer) {
    return new TorchModule(layer, false);
  }

  /** The layer. */
  public Layer layer() {
    return layer;
  }

  /**
   * Calls the layer.
   *
   * @param inputs the layer's inputs, in order
   * @return its only output, recorded by libtorch's automatic differentiation; the caller closes it
   * @throws IllegalStateException if it has several outputs, which {@link #forwardAll} gives
   */
  public Tensor forward(Tensor... inputs) {
    List<Tensor> all = forwardAll(List.of(inputs));
    if (all.size() != 1) {
      throw new IllegalStateException(
          "'" + layer.name() + "' has " + all.size() + " outputs: call forwardAll");
    }
    return all.get(0);
  }

  /**
   * Calls the layer.
   *
   * @param inputs the layer's inputs, in order
   * @return its outputs, in order
   */
  public List<Tensor> forwardAll(List<Tensor> inputs) {
    weights.adopt();
    Result r = compiled ? calls.call(inputs, is_training()) : called(inputs);
    losses = r.losses;
    return r.outputs;
  }

  private Result called(List<Tensor> inputs) {
    List<org.keras4j.core.Tensor> in = new ArrayList<>();
    inputs.forEach(t -> in.add(PyTorch.fromTorch(t)));
    Object result =
        layer.invokeNested(in.size() == 1 ? in.get(0) : in, CallArgs.training(is_training()));
    List<Tensor> out = new ArrayList<>();
    Nest.tensors(result).forEach(t -> out.add(PyTorch.toTorch(t)));
    List<Tensor> also = new ArrayList<>();
    layer.losses().forEach(t -> also.add(PyTorch.toTorch(t)));
    weights.adopt();
    return new Result(out, also);
  }

  /**
   * What a training minimizes besides the loss on the outputs: penalties of the weights and what layers added in the last
   * call; none in most models.
   */
  public List<Tensor> losses() {
    return losses;
  }

  /** Parameters and buffers by name ({@code state_dict}): the tensors themselves, which training changes. */
  public Map<String, Tensor> stateDict() {
    weights.adopt();
    return weights.named();
  }

  /**
   * Takes over the numbers of tensors, into the memory of its own ({@code load_state_dict}).
   *
   * @param state one tensor a parameter and buffer, of its shape and dtype
   * @throws IllegalArgumentException if names are missing or too many, or a shape or dtype is another; nothing has changed then
   */
  public void loadStateDict(Map<String, Tensor> state) {
    Map<String, Tensor> mine = stateDict();
    Set<String> missing = new TreeSet<>(mine.keySet());
    missing.removeAll(state.keySet());
    Set<String> unknown = new TreeSet<>(state.keySet());
    unknown.removeAll(mine.keySet());
    if (!missing.isEmpty() || !unknown.isEmpty()) {
      throw new IllegalArgumentException("loadStateDict: '" + layer.name() + "' has "
          + mine.keySet() + "; missing are " + missing + ", unknown are " + unknown);
    }
    mine.forEach((name, t) -> {
      TensorSpec want = PyTorch.specOf(t);
      TensorSpec got = PyTorch.specOf(Objects.requireNonNull(state.get(name)));
      if (!want.equals(got)) {
        throw new IllegalArgumentException(
            "loadStateDict: '" + name + "': expected " + want + ", got " + got);
      }
    });
    mine.forEach((name, t) -> SharedWeights.copy(Objects.requireNonNull(state.get(name)), t));
  }

  /**
   * Writes the state as Python's {@code torch.save(module.state_dict(), file)} does; {@code torch.load(file)} reads it.
   *
   * @param file replaced if it is there
   */
  public void saveStateDict(Path file) {
    StateDictFile.write(stateDict(), file);
  }

  /**
   * Reads a state that {@link #saveStateDict} or Python's {@code torch.save(module.state_dict(), file)} wrote.
   *
   * @throws IllegalArgumentException if the file is none, or does not fit; nothing has changed then
   */
  public void loadStateDict(Path file) {
    Map<String, Tensor> state = StateDictFile.read(file, stateDict().keySet());
    try {
      loadStateDict(state);
    } finally {
      state.values().forEach(Tensor::close);
    }
  }

  @Override
  public void close() {
    calls.close();
    super.close();
  }
}
