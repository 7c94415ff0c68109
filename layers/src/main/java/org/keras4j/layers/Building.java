package org.keras4j.layers;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Fluent;
import org.keras4j.core.NDArray;
import org.keras4j.core.Names;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.ops.internal.engine.ProbedSizes;

/** Whether a layer is built, and how it comes to be: once, when the shapes of its inputs are known. */
final class Building {
  private final Layer layer;
  private String path;
  private boolean built;
  private boolean builtWithoutInput;
  private boolean underWay;
  private @Nullable Map<String, Object> shapes;

  Building(Layer layer) {
    this.layer = layer;
    this.path = layer.name();
  }

  /** Whether nothing remains to be made. */
  boolean isBuilt() {
    return built || builtWithoutInput;
  }

  /** Whether a call has to build first. */
  boolean isDue() {
    return !built;
  }

  /** Whether the path is that of the layer among others. */
  boolean isPlaced() {
    return underWay || built;
  }

  void builtWithoutInput() {
    this.builtWithoutInput = true;
  }

  void markBuilt() {
    this.built = true;
  }

  void requireOpen(String setting) {
    if (built) {
      throw Fluent.tooLate(layer.label(), "layer", setting);
    }
  }

  // ---- paths

  String path() {
    return path;
  }

  /** The layer has another name: paths of weights and of layers inside follow, if they are there already. */
  void renamed(String name) {
    String before = path;
    path = name;
    if (isBuilt()) {
      layer.flattenLayers(false).forEach(l -> l.building.around(before, name));
      for (Variable v : layer.variables()) {
        if (v.path().startsWith(before + "/")) {
          v.setPath(name + v.path().substring(before.length()));
        }
      }
    }
  }

  /** Something around has another name now. */
  void around(String before, String after) {
    if (path.startsWith(before + "/")) {
      path = after + path.substring(before.length());
    }
  }

  /** What the path of a weight that is made now begins with. */
  String pathOfWeights() {
    return isPlaced() ? path : Names.path(layer.name());
  }

  // ---- building

  /** Builds for shapes by {@code name_shape}; does nothing if that is done or under way. */
  void build(Map<String, Object> given) {
    synchronized (this) {
      if (built || underWay) {
        return;
      }
      underWay = true;
      path = Names.path(layer.name());
      try {
        Names.in(layer.name(), () -> {
          layer.build(given);
          return null;
        });
        shapes = given;
      } finally {
        underWay = false;
      }
      built = true;
    }
  }

  /** Builds for one input, or a list of them. */
  void buildForInput(Object shapeOrShapes) {
    build(Map.of(layer.callArguments().get(0) + "_shape", shapeOrShapes));
  }

  /** Builds for the arguments of a call. */
  void buildForCall(@Nullable Object input, Map<String, Object> further) {
    Map<String, Object> of = new LinkedHashMap<>();
    List<String> names = layer.callArguments();
    for (String a : layer.buildArguments()) {
      Object v = names.indexOf(a) == 0 ? input : further.get(a);
      if (v != null) {
        of.put(a + "_shape", shapeOf(v));
      }
    }
    if (of.isEmpty()) {
      throw new IllegalArgumentException(layer.label() + ": was called without an input");
    }
    layer.buildFor(of);
  }

  /** Calls the {@code build} of the layer's class for the shapes of its first argument, whatever their structure. */
  void buildForFirst(Object first) {
    if (first instanceof Shape s) {
      layer.build(s);
    } else if (first instanceof List<?> l && l.stream().allMatch(Shape.class::isInstance)) {
      layer.build(l.stream().map(Shape.class::cast).toList());
    } else {
      layer.buildNested(first);
    }
  }

  /** Refuses an input of deeper structure, if the class builds for one tensor. */
  void requireNoBuildForOne(Object inputShapes) {
    for (Class<?> c = layer.getClass(); c != Layer.class; c = c.getSuperclass()) {
      for (Method m : c.getDeclaredMethods()) {
        if (m.getName().equals("build")
            && List.of(m.getParameterTypes()).equals(List.of(Shape.class))) {
          throw new IllegalArgumentException(layer.label()
              + ": expected one tensor as input, got inputs of shapes " + inputShapes);
        }
      }
    }
  }

  // of numbers and strings that no one made a tensor of, as layers on the host take them, too
  private static @Nullable Object shapeOf(@Nullable Object input) {
    if (input == null || input instanceof Tensor) {
      return input == null ? null : ProbedSizes.forWeights(((Tensor) input).shape());
    }
    if (input instanceof Map<?, ?> m) {
      Map<Object, @Nullable Object> out = new LinkedHashMap<>();
      m.forEach((k, v) -> out.put(k, shapeOf(v)));
      return out;
    }
    if (input instanceof List<?> l && l.stream().anyMatch(Building::isInput)) {
      return Arrays.asList(l.stream().map(Building::shapeOf).toArray());
    }
    if (input instanceof Object[] a && Arrays.stream(a).anyMatch(x -> x instanceof Tensor)) {
      return shapeOf(Arrays.asList(a));
    }
    return input instanceof NDArray a ? a.shape() : NDArray.from(input).shape();
  }

  private static boolean isInput(@Nullable Object x) {
    return x instanceof Tensor
        || x instanceof NDArray
        || x instanceof Map
        || x != null && x.getClass().isArray()
        || x instanceof List<?> l && l.stream().anyMatch(Building::isInput);
  }

  // ---- config

  @Nullable
  Map<String, Object> config() {
    if (shapes == null || builtWithoutInput) {
      return null;
    }
    Map<String, Object> out = new LinkedHashMap<>();
    if (shapes.size() == 1) {
      out.put("input_shape", shapes.values().iterator().next());
    } else {
      out.put("shapes_dict", shapes);
    }
    return out;
  }

  void read(Map<String, Object> config) {
    if (config.get("input_shape") != null) {
      Map<String, Object> read = new LinkedHashMap<>();
      read.put(layer.callArguments().get(0) + "_shape", shape(config.get("input_shape")));
      layer.buildByConfig(read);
    } else if (config.get("shapes_dict") instanceof Map<?, ?> m) {
      Map<String, Object> read = new LinkedHashMap<>();
      for (String a : layer.buildArguments()) {
        Object s = m.get(a + "_shape");
        if (s != null) {
          read.put(a + "_shape", shape(s));
        }
      }
      if (!read.isEmpty()) {
        layer.buildByConfig(read);
      }
    }
  }

  /** Builds the layer; those inside one that does not build by itself are built by a symbolic call. */
  void buildWithLayersInside(Map<String, Object> of) {
    layer.buildFor(of);
    if (!Overrides.build(layer.getClass()) && layer.layers().stream().anyMatch(l -> !l.isBuilt())) {
      Map<String, Object> named = new LinkedHashMap<>();
      of.forEach((k, v) -> named.put(
          k.substring(0, k.length() - "_shape".length()),
          Nest.map(v, s -> s instanceof Shape x ? new TensorSpec(x, layer.computeDtype()) : s)));
      Object input = named.remove(layer.callArguments().get(0));
      layer.calls.outputSpec(input, named);
    }
  }

  /** A shape, or a nested structure of shapes, from the lists of numbers of a config. */
  private Object shape(Object config) {
    if (config instanceof List<?> l) {
      if (l.stream().allMatch(x -> x == null || x instanceof Number)) {
        return Shape.of(l);
      }
      return l.stream().map(x -> x == null ? null : shape(x)).toList();
    }
    if (config instanceof Map<?, ?> m) {
      Map<Object, Object> out = new LinkedHashMap<>();
      m.forEach((k, v) -> out.put(k, v == null ? null : shape(v)));
      return out;
    }
    throw new IllegalArgumentException(layer.label() + ": the build config holds "
        + ConfigEntries.shown(config) + " where a shape is expected");
  }
}
