package org.keras4j.layers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.SparseArray;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.engine.ArrayLike;

/** What a layer demands of the arguments of its call, and what it makes of them before the call sees them. */
final class LayerInputs {
  private final Layer layer;

  /** Whether floats are converted to the compute dtype. */
  boolean autocast = true;

  /** Whether array-likes are made tensors at all. */
  boolean convert = true;

  /** Demands of the tensors of the input, one for each. */
  List<InputSpec> spec = List.of();

  LayerInputs(Layer layer) {
    this.layer = layer;
  }

  /** Positional arguments, converted. */
  List<Object> converted(List<Object> args) {
    if (!convert) {
      return args;
    }
    List<Object> out = new ArrayList<>(args.size());
    for (Object a : args) {
      out.add(a instanceof Tensor t ? convert(t) : Nest.map(a, this::convert));
    }
    return out;
  }

  /** The arguments but the first, by name. */
  Map<String, Object> named(List<Object> args, Map<String, Object> kwargs) {
    Map<String, Object> named = new LinkedHashMap<>();
    List<String> names = layer.callArguments();
    for (int i = 1; i < args.size(); i++) {
      if (i >= names.size()) {
        throw new IllegalArgumentException(layer.label() + ": takes " + names.size() + " arguments "
            + names + ", got " + args.size());
      }
      named.put(names.get(i), args.get(i));
    }
    for (Map.Entry<String, Object> e : kwargs.entrySet()) {
      if (e.getValue() != null) {
        named.put(e.getKey(), Nest.map(e.getValue(), this::convertArgument));
      }
    }
    requireTensors(named.get("mask"));
    return named;
  }

  /** The first argument, which may have been given by name. */
  @Nullable
  Object first(List<Object> args, Map<String, Object> named) {
    return args.isEmpty() ? named.remove(layer.callArguments().get(0)) : args.get(0);
  }

  /** An input that is one tensor. */
  Tensor single(@Nullable Object input) {
    if (input instanceof Tensor t) {
      return t;
    }
    throw new IllegalArgumentException(layer.label() + ": expected one tensor as input, got "
        + (input instanceof List<?> l
            ? "a list of " + l.size()
            : input == null ? "nothing" : "a " + input.getClass().getSimpleName()));
  }

  /** An input of any kind. */
  Object given(@Nullable Object input) {
    if (input == null) {
      throw new IllegalArgumentException(layer.label() + ": was called without an input");
    }
    return input;
  }

  private void requireTensors(@Nullable Object mask) {
    for (Object m : Nest.flatten(mask)) {
      if (m != null && !(m instanceof Tensor)) {
        throw new IllegalArgumentException(layer.label()
            + ": argument 'mask' expects tensors or arrays, got "
            + m.getClass().getSimpleName());
      }
    }
  }

  private @Nullable Object convertArgument(@Nullable Object x) {
    boolean array = x instanceof Tensor
        || x instanceof NDArray
        || x instanceof SparseArray
        || (x != null && x.getClass().isArray());
    return array && convert ? convert(x) : x;
  }

  private @Nullable Object convert(@Nullable Object x) {
    if (x == null || x instanceof Boolean || x instanceof String) {
      return x;
    }
    DType to = layer.inputDtype();
    if (x instanceof Tensor t) {
      if (!autocast || t.dtype() == to || !t.dtype().isFloat()) {
        return t;
      }
      Tensor c = ArrayLike.convert(t, to);
      c.setKerasMask(t.kerasMask());
      return c;
    }
    DType own = ArrayLike.spec(x).dtype();
    if (own == DType.STRING) {
      return x;
    }
    return ArrayLike.tensor(x, autocast && own.isFloat() ? to : own);
  }

  /** Array-likes made tensors as they are, as for a call that converts nothing. */
  static @Nullable Object unconverted(@Nullable Object structure) {
    return Nest.map(
        structure,
        x -> x instanceof SparseArray || x instanceof NDArray a && a.dtype() != DType.STRING
            ? ArrayLike.tensor(x)
            : x);
  }

  /** Holds an input against the demands. */
  void check(@Nullable Object input) {
    if (spec.isEmpty()) {
      return;
    }
    List<Object> flat = Nest.flatten(input);
    if (flat.size() != spec.size()) {
      throw new IllegalArgumentException(
          layer.label() + ": expected " + spec.size() + " input tensors, got " + flat.size());
    }
    for (int i = 0; i < flat.size(); i++) {
      InputSpec s = spec.get(i);
      if (flat.get(i) == null) {
        if (!s.isOptional()) {
          throw new IllegalArgumentException(layer.label() + ": input " + i + " is missing");
        }
      } else if (flat.get(i) instanceof Tensor t) {
        String wrong = s.mismatch(t.spec());
        if (wrong != null) {
          throw new IllegalArgumentException(
              layer.label() + ": " + wrong + ", got input shape " + t.shape());
        }
      }
    }
  }
}
