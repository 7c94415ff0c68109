package org.keras4j.models;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Operation;
import org.keras4j.core.OperationNode;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.core.serialization.RawConfigurable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.Layer;
import org.keras4j.ops.internal.engine.ArrayLike;

/**
 * A model that is a graph of layers and functions of {@code ops}, from symbolic inputs to outputs ({@code
 * keras.Model(inputs, outputs)}). Inputs and outputs may be single tensors, lists or maps.
 *
 * <p>The tensors may be those of another model, inner ones too: {@code Model.of(base.inputs(),
 * base.getLayer("conv").output())} ends where the layer ends, and shares layers and weights with the base. A model that
 * begins at an inner tensor has an input of its own in its place.
 */
@KerasSerializable(
    module = "keras.src.models.functional",
    aliases = {"keras.Functional", "keras.models.Functional", "keras.Model", "keras.models.Model"})
public class Functional extends Model implements RawConfigurable {
  private Map<Operation, String> callNames = Map.of();
  private Object inputs = List.of();
  private Object outputs = List.of();
  private @Nullable Network network;

  private Functional() {}

  /**
   * The model from symbolic inputs to outputs.
   *
   * @param inputs a {@link KerasTensor} of {@code Input} or of a layer's call, or a list or map of them
   * @param outputs what the graph gives, nested as the model's results shall be
   * @throws IllegalArgumentException if an output depends on an input not given, or names repeat
   */
  public Functional(Object inputs, Object outputs) {
    init(inputs, outputs);
  }

  private void init(Object in, Object out) {
    SubGraph.Ends ends =
        SubGraph.between(in, symbolic("inputs", in), out, symbolic("outputs", out));
    this.inputs = ends.inputs();
    this.outputs = ends.outputs();
    this.network = new Network(symbolic("inputs", inputs), symbolic("outputs", outputs));
    supportsMasking(true);
    convertInputs(false);
    markBuilt();
  }

  private static List<KerasTensor> symbolic(String what, Object structure) {
    List<KerasTensor> out = new ArrayList<>();
    for (Object leaf : Nest.flatten(structure)) {
      if (!(leaf instanceof KerasTensor t)) {
        throw new IllegalArgumentException(
            "Functional: " + what + " must be KerasTensors, got " + leaf);
      }
      out.add(t);
    }
    if (out.isEmpty()) {
      throw new IllegalArgumentException("Functional: there are no " + what);
    }
    return out;
  }

  private Network network() {
    if (network == null) {
      throw new IllegalStateException(label() + ": has no config yet");
    }
    return network;
  }

  /** The graph, for summaries and saving. */
  final Network graph() {
    return network();
  }

  /** Sets the name; no slashes. Unlike that of other layers it can be set at any time. */
  @Override
  public Functional name(String value) {
    rename(value);
    return this;
  }

  /** The symbolic inputs, flattened; in {@link #inputStructure} they are nested as given. */
  @Override
  public final List<KerasTensor> inputs() {
    return symbolic("inputs", inputs);
  }

  /** The symbolic outputs, flattened; in {@link #outputStructure} they are nested as given. */
  @Override
  public final List<KerasTensor> outputs() {
    return symbolic("outputs", outputs);
  }

  /** The symbolic inputs, nested as given: a {@link KerasTensor}, or a list or map of them. */
  public final Object inputStructure() {
    return inputs;
  }

  /** The symbolic outputs, nested as given: a {@link KerasTensor}, or a list or map of them. */
  public final Object outputStructure() {
    return outputs;
  }

  @Override
  public Object inputSpecs() {
    return Objects.requireNonNull(Nest.map(inputs, t -> ((KerasTensor) t).spec()));
  }

  @Override
  public List<String> outputNames() {
    List<String> names = new ArrayList<>();
    for (Object t : Nest.flatten(outputs)) {
      OperationNode n = ((KerasTensor) t).node();
      names.add(n == null ? ((KerasTensor) t).name() : n.operation().name());
    }
    return names;
  }

  @Override
  public List<String> inputNames() {
    List<String> names = new ArrayList<>();
    for (Object t : Nest.flatten(inputs)) {
      OperationNode n = ((KerasTensor) t).node();
      names.add(n == null ? ((KerasTensor) t).name() : n.operation().name());
    }
    return names;
  }

  /** All layers of the graph, inputs first. */
  @Override
  public List<Layer> layers() {
    List<Layer> out = new ArrayList<>();
    if (network != null) {
      for (Operation op : network.operations()) {
        if (op instanceof Layer l) {
          out.add(l);
        }
      }
    }
    return out;
  }

  /** Layers and functions of the graph. */
  public final List<Operation> operations() {
    return network().operations();
  }

  @Override
  public Map<String, Object> trackedAttributes() {
    Map<String, Object> out = new LinkedHashMap<>(super.trackedAttributes());
    out.keySet().removeIf(k -> k.equals("inputs") || k.equals("outputs"));
    out.put("layers", layers());
    return out;
  }

  @Override
  protected Object call(@Nullable Object x, CallContext context) {
    List<Object> values = arranged(given(x));
    List<KerasTensor> wanted = symbolic("inputs", inputs);
    List<Object> masks = Nest.flatten(context.masks());
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i) instanceof NDArray strings) {
        values.set(
            i,
            ModelInput.fitStrings(
                strings, wanted.get(i).spec(), label(), wanted.get(i).name()));
        continue;
      }
      Tensor t = ModelInput.fit(
          ModelInput.densify((Tensor) values.get(i), wanted.get(i).isSparse()),
          wanted.get(i).spec(),
          label(),
          wanted.get(i).name());
      Object m = masks.size() == values.size() ? masks.get(i) : null;
      if (m instanceof Tensor mask && t.kerasMask() == null) {
        t.setKerasMask(mask);
      }
      values.set(i, t);
    }
    List<Object> results =
        network().run(values, context.isTrainingGiven() ? context.training() : null);
    // as in Keras: the only one of a list comes alone
    return outputs instanceof List && results.size() == 1
        ? results.get(0)
        : Objects.requireNonNull(Nest.pack(outputs, results));
  }

  private List<Object> arranged(Object given) {
    int n = Nest.flatten(inputs).size();
    if (inputs instanceof Map<?, ?> m && !(given instanceof Map)) {
      if (Nest.flatten(given).size() != n) {
        throw new IllegalArgumentException(label() + ": expected a map of inputs with keys "
            + m.keySet() + ", got " + describe(given));
      }
      return tensors(given, n); // in the order of the keys
    }
    if (inputs instanceof Map<?, ?> m && given instanceof Map<?, ?> g) {
      Map<Object, Object> picked = new TreeMap<>();
      for (Object k : m.keySet()) {
        if (!g.containsKey(k)) {
          throw new IllegalArgumentException(
              label() + ": input '" + k + "' is missing among " + g.keySet());
        }
        picked.put(k, g.get(k));
      }
      return tensors(picked, n);
    }
    if (given instanceof Map<?, ?> g) {
      // by the names of the input layers
      List<Object> out = new ArrayList<>();
      for (String name : inputNames()) {
        if (!g.containsKey(name)) {
          throw new IllegalArgumentException(
              label() + ": input '" + name + "' is missing among " + g.keySet());
        }
        out.add(g.get(name));
      }
      return tensors(out, n);
    }
    return tensors(given, n);
  }

  private List<Object> tensors(Object given, int n) {
    List<Object> out = new ArrayList<>();
    for (Object leaf : Nest.flatten(given)) {
      if (leaf == null) {
        throw new IllegalArgumentException(label() + ": an input is missing");
      }
      boolean asIs = leaf instanceof Tensor
          || leaf instanceof NDArray a && a.dtype() == DType.STRING; // no backend has these
      out.add(asIs ? leaf : ArrayLike.tensor(leaf));
    }
    if (out.size() != n) {
      throw new IllegalArgumentException(label() + ": expected " + n + " inputs " + inputNames()
          + ", got " + out.size() + " of shapes " + shapes(out)
          + (given instanceof List && out.size() > n
              ? "; a list holds one array an input, and List.of(x) of one Java array of rows is a"
                  + " list of its rows"
              : ""));
    }
    return out;
  }

  private static String shapes(List<Object> leaves) {
    String first = leaves.stream()
        .limit(4)
        .map(x -> String.valueOf(x instanceof NDArray a ? a.shape() : ((Tensor) x).shape()))
        .collect(Collectors.joining(", "));
    return leaves.size() > 4 ? first + ", ..." : first;
  }

  private static String describe(Object given) {
    return given instanceof Tensor t ? "a tensor " + t.spec() : given.getClass().getSimpleName();
  }

  @Override
  protected @Nullable Object computeMask(@Nullable Object in, @Nullable Object previous) {
    return null; // the layers inside have set the masks of the outputs
  }

  // ---- config

  @Override
  public Map<String, Object> getConfig() {
    return FunctionalConfig.write(this);
  }

  /** The names of calls of functions in the config that the model was made from. */
  final Map<Operation, String> callNames() {
    return callNames;
  }

  final void callNames(Map<Operation, String> names) {
    this.callNames = names;
  }

  @Override
  public Set<String> rawConfigKeys() {
    return Set.of("name", "trainable", "layers", "input_layers", "output_layers");
  }

  @Override
  public void setRawConfig(Map<?, ?> config) {
    FunctionalConfig.Parts p = FunctionalConfig.read(config);
    if (p.name() != null) {
      name(p.name());
    }
    init(p.inputs(), p.outputs());
    callNames = p.callNames();
    if (!p.trainable()) {
      // of the model alone: each layer's config says whether it is
      setConfig(Map.of("trainable", false));
    }
  }

  @Override
  public @Nullable Map<String, Object> getBuildConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("input_shape", null);
    return out;
  }

  @Override
  public void buildFromConfig(Map<String, Object> config) {
    // a graph is built when it is made
  }

  /** The shape of the only input. */
  public final Shape inputShape() {
    return symbolic("inputs", inputs).get(0).shape();
  }

  /** The shape of the first output. */
  public final Shape outputShape() {
    return symbolic("outputs", outputs).get(0).shape();
  }
}
