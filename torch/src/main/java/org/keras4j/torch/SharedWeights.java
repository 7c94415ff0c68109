package org.keras4j.torch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.keras4j.backend.pytorch.ModuleNames;
import org.keras4j.backend.pytorch.PyTorch;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.Layer;

/**
 * The weights of a layer as parameters and buffers of a module. Both sides have one memory: what an optimizer of libtorch
 * changes in place, the layer reads. What the layer assigns is copied into it.
 */
final class SharedWeights {
  private final Map<Variable, Tensor> tensors = new LinkedHashMap<>();
  private final Map<Variable, EagerTensor> shared = new LinkedHashMap<>();
  private final Map<String, Variable> names = new LinkedHashMap<>();
  // kept, for the modules lie in them
  private final Map<String, Module> inner = new LinkedHashMap<>();

  SharedWeights(Layer layer, Module root) {
    ModuleNames paths = new ModuleNames();
    List<Variable> trainable = layer.trainableVariables();
    for (Variable v : layer.variables()) {
      List<String> parts = paths.parts(layer.pathInside(v));
      Module owner = owner(root, parts.subList(0, parts.size() - 1));
      String leaf = parts.get(parts.size() - 1);
      Tensor mine;
      try (Tensor now = PyTorch.toTorch(v.eager());
          Tensor detached = now.detach()) {
        mine = detached.clone();
      }
      if (trainable.contains(v)) {
        owner.register_parameter(leaf, mine, true);
      } else {
        owner.register_buffer(leaf, mine);
      }
      tensors.put(v, mine);
      names.put(String.join(".", parts), v);
      share(v);
    }
  }

  private Module owner(Module root, List<String> parts) {
    Module at = root;
    String path = "";
    for (String part : parts) {
      path += part + ".";
      Module next = inner.get(path);
      if (next == null) {
        next = new Module(part);
        at.register_module(part, next);
        inner.put(path, next);
      }
      at = next;
    }
    return at;
  }

  private void share(Variable v) {
    EagerTensor t = PyTorch.fromTorch(tensor(v));
    v.store(t);
    shared.put(v, t);
  }

  /** The tensor of a variable. */
  Tensor tensor(Variable v) {
    return Objects.requireNonNull(tensors.get(v));
  }

  boolean has(Variable v) {
    return tensors.containsKey(v);
  }

  /** The tensors by their names in the module, parameters and buffers. */
  Map<String, Tensor> named() {
    Map<String, Tensor> out = new LinkedHashMap<>();
    names.forEach((n, v) -> out.put(n, tensor(v)));
    return out;
  }

  /** Takes over what the layer's variables were given since, by a call, by {@code fit} or by {@code setWeights}. */
  void adopt() {
    List<Variable> changed = new ArrayList<>();
    for (Map.Entry<Variable, EagerTensor> e : shared.entrySet()) {
      if (e.getKey().eager() != e.getValue()) {
        changed.add(e.getKey());
      }
    }
    for (Variable v : changed) {
      try (Tensor now = PyTorch.toTorch(v.eager())) {
        copy(now, tensor(v));
      }
      share(v);
    }
  }

  /** Overwrites a tensor with the numbers of another. */
  static void copy(Tensor from, Tensor to) {
    try (AutoGradMode off = new AutoGradMode(false);
        Tensor plain = from.detach()) {
      to.copy_(plain); // gives the same object back
    }
  }
}
