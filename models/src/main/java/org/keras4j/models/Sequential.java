package org.keras4j.models;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Names;
import org.keras4j.core.Nest;
import org.keras4j.core.Operation;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.core.serialization.RawConfigurable;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.InputLayer;

/**
 * A chain of layers, each with one input and one output ({@code keras.Sequential}). If the first element is
 * an {@code Input}, the layers are built as they are added; else when the model first sees data.
 */
@KerasSerializable(
    module = "keras",
    aliases = {"keras.models.Sequential", "keras.src.models.sequential.Sequential"})
public class Sequential extends Model implements RawConfigurable {
  private final List<Layer> chain = new ArrayList<>();

  // what comes out of each layer; empty while they are not built
  private final List<Object> specs = new ArrayList<>();

  // by the names that layers had when they were added
  private final Map<String, Layer> names = new HashMap<>();
  private @Nullable InputLayer input;

  // the input that it was built for: that one, or one that stands for a shape
  private @Nullable InputLayer start;
  private @Nullable Shape builtFor;
  private @Nullable TensorSpec specOfInput;

  /** The layers in order. */
  public Sequential(Layer... layers) {
    convertInputs(false);
    for (Layer l : layers) {
      add(l);
    }
  }

  private Sequential() {
    this(new Layer[0]);
  }

  /**
   * Appends a layer.
   *
   * @throws IllegalArgumentException if its name is taken, or an input comes late
   */
  public final Sequential add(Layer layer) {
    if (layer instanceof InputLayer in) {
      if (input != null || !chain.isEmpty()) {
        throw new IllegalArgumentException(
            label() + ": an Input must be the first element, and the only one");
      }
      input = in;
      rebuild();
      return this;
    }
    Shape declared = input == null && chain.isEmpty() ? layer.takeDeclaredInputShape() : null;
    if (declared != null) {
      input = new InputLayer(declared);
    }
    if (layer.flattenLayers(true).contains(this)) {
      throw new IllegalArgumentException(
          label() + ": cannot contain itself, as '" + layer.name() + "' makes it");
    }
    Layer other = names.get(layer.name());
    if (other != null && (other == layer || other.name().equals(layer.name()))) {
      throw repeated(layer.name());
    }
    names.put(layer.name(), layer);
    chain.add(layer);
    rebuild();
    clearSteps();
    return this;
  }

  /**
   * Removes and returns the last layer. Those before it keep their weights, and what is added goes on from there; a
   * compiled model has to be compiled anew, as its optimizer may hold weights that are gone.
   */
  public final Layer pop() {
    if (chain.isEmpty()) {
      throw new IllegalStateException(label() + ": has no layer to remove");
    }
    Layer last = chain.remove(chain.size() - 1);
    names.values().remove(last);
    if (specs.size() > chain.size()) {
      specs.remove(chain.size());
    }
    clearSteps();
    return last;
  }

  private IllegalArgumentException repeated(String layerName) {
    return new IllegalArgumentException(
        label() + ": has a layer called '" + layerName + "' already");
  }

  private void rebuild() {
    InputLayer in = input;
    if (in != null && !chain.isEmpty()) {
      buildNamed(new TensorSpec(in.batchShape(), in.elementType()));
    } else if (specOfInput != null) {
      buildNamed(specOfInput);
    }
  }

  // outside of a call, which would put the name before those of the layers inside
  private void buildNamed(TensorSpec spec) {
    Names.in(name(), () -> {
      buildChain(spec);
      return null;
    });
  }

  // goes on behind the layers that are built for the same input
  private void buildChain(TensorSpec spec) {
    if (!spec.equals(specOfInput) || start == null) {
      specs.clear();
      specOfInput = spec;
      InputLayer in = input;
      start = in != null ? in : new InputLayer(spec.shape()).dtype(spec.dtype());
    }
    if (specs.isEmpty()) {
      Set<String> all = new HashSet<>();
      for (Layer l : chain) { // which may have been given other names since they were added
        if (!all.add(l.name())) {
          throw repeated(l.name());
        }
      }
    }
    for (int i = specs.size(); i < chain.size(); i++) {
      // symbolic calls, so that each layer knows its input and output, where models can be cut
      Object before = i == 0 ? start.output() : specs.get(i - 1);
      specs.add(chain.get(i).invokeNested(before, CallArgs.of()));
    }
    builtFor = spec.shape();
    markBuilt();
  }

  /** Sets the name; no slashes. Unlike that of other layers it can be set at any time. */
  @Override
  public Sequential name(String value) {
    rename(value);
    return this;
  }

  /**
   * The symbolic input.
   *
   * @throws IllegalStateException if the shape of the input is not known yet
   */
  @Override
  public final List<KerasTensor> inputs() {
    return List.of(started("input").output());
  }

  /**
   * What the last layer gives for {@link #inputs}.
   *
   * @throws IllegalStateException if the shape of the input is not known yet
   */
  @Override
  public final List<KerasTensor> outputs() {
    KerasTensor in = started("output").output();
    outputSpecs();
    List<KerasTensor> out = new ArrayList<>();
    for (Tensor t :
        specs.isEmpty() ? List.<Tensor>of(in) : Nest.tensors(specs.get(specs.size() - 1))) {
      out.add((KerasTensor) t);
    }
    return out;
  }

  /**
   * The tensor that it was first called on as a layer of another model; of one that never was, {@link #inputs}.
   *
   * @throws IllegalStateException if the shape of the input is not known yet
   */
  @Override
  public KerasTensor input() {
    return only("input", isCalledSymbolically() ? super.inputs() : inputs());
  }

  /**
   * What it gave when it was first called as a layer of another model; of one that never was, {@link #outputs}.
   *
   * @throws IllegalStateException if the shape of the input is not known yet
   */
  @Override
  public KerasTensor output() {
    return only("output", isCalledSymbolically() ? super.outputs() : outputs());
  }

  private InputLayer started(String what) {
    InputLayer s = start != null ? start : input;
    if (s == null) {
      throw new IllegalStateException(label() + ": has no defined " + what
          + " yet; begin it with an Input, or build it for a shape");
    }
    return s;
  }

  /** The shape of the output. */
  public final Shape outputShape() {
    return outputs().get(0).shape();
  }

  /** What comes out of each layer; empty if that is not known yet. */
  final Map<Operation, Object> outputSpecs() {
    Map<Operation, Object> out = new IdentityHashMap<>();
    if (specOfInput != null) {
      buildNamed(specOfInput);
      for (int i = 0; i < chain.size(); i++) {
        out.put(chain.get(i), specs.get(i));
      }
    }
    return out;
  }

  @Override
  protected void build(Shape inputShape) {
    buildChain(new TensorSpec(inputShape, computeDtype()));
  }

  /**
   * The path of a weight without the name of this model, which automatic ones would change from one to the next.
   *
   * @param v a weight
   * @return the path within this model
   */
  @Override
  public String pathInside(Variable v) {
    String own = path() + "/";
    return v.path().startsWith(own) ? v.path().substring(own.length()) : v.path();
  }

  /** The layers, without the input. */
  @Override
  public List<Layer> layers() {
    return List.copyOf(chain);
  }

  @Override
  public Map<String, Object> trackedAttributes() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("layers", layers());
    return out;
  }

  /** The shape it was built for, or null. */
  public final @Nullable Shape inputShape() {
    InputLayer in = input;
    return in != null ? in.batchShape() : builtFor;
  }

  @Override
  public @Nullable Object inputSpecs() {
    InputLayer in = input;
    if (in != null) {
      return new TensorSpec(in.batchShape(), in.elementType());
    }
    return builtFor == null ? null : new TensorSpec(builtFor, computeDtype());
  }

  @Override
  public List<String> inputNames() {
    InputLayer in = input;
    return in == null ? List.of() : List.of(in.name());
  }

  final @Nullable InputLayer inputLayer() {
    return input;
  }

  @Override
  protected Object call(@Nullable Object passed, CallContext context) {
    Object x = given(passed);
    InputLayer in = input;
    if (in != null && x instanceof Tensor t) {
      x = ModelInput.fitRank(
          ModelInput.densify(t, in.isSparse()),
          new TensorSpec(in.batchShape(), in.elementType()),
          label(),
          in.name());
    }
    Object mask = context.get("mask");
    for (Layer l : chain) {
      CallArgs args = CallArgs.of();
      if (mask instanceof Tensor m) {
        if (x instanceof Tensor t && t.kerasMask() == null) {
          t.setKerasMask(m);
        }
        mask = null;
      }
      x = l.invokeNested(x, args);
    }
    return x;
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", name());
    out.put("trainable", isTrainable());
    out.put("dtype", dtypePolicy());
    List<Object> all = new ArrayList<>();
    InputLayer in = input;
    if (in == null && start != null && start.batchShape().dim(0) == Shape.UNKNOWN) {
      in = start; // Keras keeps the input that was found at the first symbolic call
    }
    if (in != null) {
      all.add(in);
    }
    all.addAll(chain);
    out.put("layers", all);
    Shape s = inputShape();
    if (s != null) {
      out.put("build_input_shape", s);
    }
    return out;
  }

  @Override
  public Set<String> rawConfigKeys() {
    return Set.of("name", "trainable", "dtype", "layers", "build_input_shape");
  }

  @Override
  public void setRawConfig(Map<?, ?> config) {
    if (config.get("name") instanceof String n) {
      name(n);
    }
    if (config.get("dtype") != null) {
      dtype(DTypePolicy.get(Serializer.deserialize(config.get("dtype"))));
    }
    if (config.get("layers") instanceof List<?> l) {
      for (Object layer : l) {
        Object made = Serializer.deserialize(layer);
        if (!(made instanceof Layer x)) {
          throw new IllegalArgumentException(
              label() + ": the config lists " + made + " as a layer");
        }
        add(x);
      }
    }
    if (input == null && builtFor == null && config.get("build_input_shape") instanceof List<?> s) {
      buildFor(Shape.of(s));
    }
    if (Boolean.FALSE.equals(config.get("trainable"))) {
      // of the model alone: each layer's config says whether it is
      setConfig(Map.of("trainable", false));
    }
  }

  @Override
  public @Nullable Map<String, Object> getBuildConfig() {
    Shape s = inputShape();
    Map<String, Object> out = new LinkedHashMap<>();
    if (s == null) {
      return null;
    }
    out.put("input_shape", s);
    return out;
  }

  @Override
  public void buildFromConfig(Map<String, Object> config) {
    if (builtFor == null) {
      super.buildFromConfig(config);
    }
  }
}
