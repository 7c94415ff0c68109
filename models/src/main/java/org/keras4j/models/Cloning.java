package org.keras4j.models;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Nest;
import org.keras4j.core.Operation;
import org.keras4j.core.OperationNode;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.InputLayer;

/** Makes models of the layers of others, or of copies of them ({@code keras.models.clone_model}). */
final class Cloning {
  private final Clone options;
  private final Map<Layer, Layer> clones = new IdentityHashMap<>();

  private Cloning(Clone options) {
    this.options = options;
  }

  static Model of(Model model, Clone options) {
    Cloning c = new Cloning(options);
    Model made;
    if (model instanceof Sequential s) {
      if (options.callFunction() != null) {
        throw new IllegalArgumentException("cloneModel: Sequential '" + model.name()
            + "' calls its layers in turn; a call function is for Functional models");
      }
      made = c.sequential(s, options.inputTensors());
    } else if (model instanceof Functional f) {
      made = c.functional(f, options.inputTensors());
    } else if (options.isSpecial()) {
      throw new IllegalArgumentException("cloneModel: " + model.getClass().getSimpleName() + " '"
          + model.name() + "' is of a class of its own, whose layers only its code knows; only"
          + " Sequential and Functional models take functions and inputs");
    } else {
      return Serializer.copy(model);
    }
    if (model.isCompiled()) {
      // objects of its own, as files have them
      made.compileFromConfig(Serializer.copy(Objects.requireNonNull(model.getCompileConfig())));
    }
    return made;
  }

  private Layer layer(Layer l) {
    Layer known = clones.get(l);
    if (known == null) {
      known = options.recursive() && l instanceof Sequential s
          ? sequential(s, null)
          : options.recursive() && l instanceof Functional f
              ? functional(f, null)
              : options.function().apply(l);
      if (known == null) {
        throw new IllegalArgumentException(
            "cloneModel: the clone function gave null for the layer '" + l.name() + "'");
      }
      clones.put(l, known);
    }
    return known;
  }

  private Operation function(Operation op) {
    Operation made = options.operationFunction().apply(op);
    if (made == null) {
      throw new IllegalArgumentException(
          "cloneModel: the operation function gave null for '" + op.name() + "'");
    }
    return made;
  }

  private Sequential sequential(Sequential model, @Nullable Object given) {
    Sequential out = new Sequential().name(model.name());
    InputLayer own = model.inputLayer();
    if (given != null) {
      List<KerasTensor> tensors = tensors(given);
      if (tensors.size() != 1) {
        throw new IllegalArgumentException(
            "cloneModel: a Sequential takes one input tensor, got " + tensors.size());
      }
      KerasTensor t = tensors.get(0);
      OperationNode n = t.node();
      out.add(
          n != null && n.operation() instanceof InputLayer i
              ? i
              : input(t, own == null ? null : own.name()));
    } else if (own != null) {
      out.add(Serializer.unbuiltCopy(own));
    }
    model.layers().forEach(l -> out.add(layer(l)));
    Shape builtFor = model.inputShape();
    if (builtFor != null && given == null && own == null) {
      out.buildFor(builtFor);
    }
    if (!model.isTrainable()) {
      out.setConfig(Map.of("trainable", false)); // its own alone: each layer says whether it is
    }
    return out;
  }

  private static InputLayer input(KerasTensor t, @Nullable String name) {
    InputLayer in = new InputLayer(t.shape()).dtype(t.dtype());
    if (name != null) {
      in.name(name);
    }
    return in;
  }

  private static List<KerasTensor> tensors(Object structure) {
    List<KerasTensor> out = new ArrayList<>();
    for (Object leaf : Nest.flatten(structure)) {
      if (!(leaf instanceof KerasTensor t)) {
        throw new IllegalArgumentException(
            "cloneModel: input tensors must be KerasTensors, got " + leaf);
      }
      out.add(t);
    }
    return out;
  }

  private Functional functional(Functional model, @Nullable Object given) {
    List<KerasTensor> own = model.inputs();
    Object inputs = given;
    if (inputs == null) {
      inputs = Objects.requireNonNull(Nest.map(model.inputStructure(), x -> {
        KerasTensor t = (KerasTensor) x;
        return input(t, t.name()).output();
      }));
    }
    List<KerasTensor> flat = tensors(inputs);
    if (flat.size() != own.size()) {
      throw new IllegalArgumentException("cloneModel: Functional '" + model.name() + "' has "
          + own.size() + " inputs, got " + flat.size() + " input tensors");
    }
    Map<KerasTensor, Tensor> at = new IdentityHashMap<>();
    for (int i = 0; i < own.size(); i++) {
      at.put(own.get(i), flat.get(i));
    }
    Map<Operation, String> names = new IdentityHashMap<>();
    for (OperationNode n : model.graph().nodes()) {
      if (!(n.operation() instanceof InputLayer)) {
        call(n, at, model, names);
      }
    }
    Object outputs = Objects.requireNonNull(
        Nest.map(model.outputStructure(), t -> Objects.requireNonNull(at.get(t))));
    Functional out = new Functional(inputs, outputs).name(model.name());
    out.callNames(names);
    return out; // trainable itself, as in Keras: each layer says whether it is
  }

  private void call(
      OperationNode n,
      Map<KerasTensor, Tensor> at,
      Functional model,
      Map<Operation, String> names) {
    Operation op = n.operation() instanceof Layer l ? layer(l) : function(n.operation());
    List<Object> args = new ArrayList<>();
    n.args().forEach(a -> args.add(Nest.map(a, x -> placed(x, at))));
    Map<String, Object> kwargs = new LinkedHashMap<>();
    n.kwargs().forEach((k, v) -> kwargs.put(k, Nest.map(v, x -> placed(x, at))));
    Clone.CallFunction own = options.callFunction();
    Object result = own == null ? op.invoke(args, kwargs) : own.call(op, args, kwargs);
    List<? extends Tensor> made = Nest.tensors(result);
    if (made.size() != n.outputs().size()) {
      throw new IllegalArgumentException(
          "cloneModel: the call of '" + op.name() + "' gave " + made.size()
              + " tensors, where the model goes on with " + n.outputs().size());
    }
    for (int i = 0; i < made.size(); i++) {
      at.put(n.outputs().get(i), made.get(i));
    }
    String name = model.callNames().get(n.operation());
    if (name != null
        && made.get(0) instanceof KerasTensor t
        && t.node() != null
        && t.node().operation().name().equals(op.name())) {
      names.put(t.node().operation(), name);
    }
  }

  private static @Nullable Object placed(@Nullable Object x, Map<KerasTensor, Tensor> at) {
    return x instanceof KerasTensor t ? Objects.requireNonNull(at.get(t)) : x;
  }
}
