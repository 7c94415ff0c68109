package org.keras4j.models;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
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
  private @Nullable InputLayer input;
  private @Nullable Shape builtFor;

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
    for (Layer other : chain) {
      if (other == layer || other.name().equals(layer.name())) {
        throw new IllegalArgumentException(
            label() + ": has a layer called '" + layer.name() + "' already");
      }
    }
    chain.add(layer);
    rebuild();
    return this;
  }

  /** Removes and returns the last layer. */
  public final Layer pop() {
    if (chain.isEmpty()) {
      throw new IllegalStateException(label() + ": has no layer to remove");
    }
    return chain.remove(chain.size() - 1);
  }

  private void rebuild() {
    InputLayer in = input;
    if (in != null && !chain.isEmpty()) {
      Layer last = chain.get(chain.size() - 1);
      if (!last.isBuilt() || builtFor == null) {
        buildChain(new TensorSpec(in.batchShape(), in.elementType()));
      }
    }
  }

  private void buildChain(TensorSpec spec) {
    Object s = spec;
    for (Layer l : chain) {
      s = l.computeOutputSpec(s, CallArgs.of());
    }
    builtFor = spec.shape();
    markBuilt();
  }

  @Override
  protected void build(Shape inputShape) {
    buildChain(new TensorSpec(inputShape, computeDtype()));
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

  /** One layer by name. */
  public final Layer getLayer(String layerName) {
    for (Layer l : chain) {
      if (l.name().equals(layerName)) {
        return l;
      }
    }
    throw new IllegalArgumentException(label() + ": has no layer '" + layerName + "', only "
        + chain.stream().map(Layer::name).toList());
  }

  /** One layer by position. */
  public final Layer getLayer(int index) {
    return chain.get(index);
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
  protected Object call(Object given, CallContext context) {
    Object x = given;
    InputLayer in = input;
    if (in != null && x instanceof Tensor t) {
      x = ModelInput.fitRank(
          t, new TensorSpec(in.batchShape(), in.elementType()), label(), in.name());
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
    if (input != null) {
      all.add(input);
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
