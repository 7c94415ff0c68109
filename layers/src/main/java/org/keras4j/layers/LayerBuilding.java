package org.keras4j.layers;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Names;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.BuildConfigurable;
import org.keras4j.core.serialization.ConfigEntries;

/** How the weights of a layer are made once the shapes of its inputs are known. */
abstract class LayerBuilding extends LayerWeights implements BuildConfigurable {
  private @Nullable Map<String, Object> buildShapes;

  /** The name with the names of the layers around; the prefix of its weights' paths. */
  public final String path() {
    return path;
  }

  /** Makes the weights for an input of one tensor; nothing by default. */
  protected void build(Shape inputShape) {}

  /** Makes the weights for an input that is a list of tensors. */
  protected void build(List<Shape> inputShapes) {
    build(inputShapes.get(0));
  }

  /**
   * Makes the weights, told the shapes of all of {@link #buildArguments} (a {@link Shape} or a nested
   * structure of them), under {@code name_shape}.
   */
  protected void build(Map<String, Object> shapes) {
    Object first = shapes.values().iterator().next();
    if (first instanceof Shape s) {
      build(s);
    } else if (first instanceof List<?> l && l.stream().allMatch(Shape.class::isInstance)) {
      build(l.stream().map(Shape.class::cast).toList());
    } else {
      buildNested(first);
    }
  }

  /** Makes the weights for an input of deeper structure. */
  protected void buildNested(Object inputShapes) {
    for (Class<?> c = getClass(); c != LayerBuilding.class; c = c.getSuperclass()) {
      for (Method m : c.getDeclaredMethods()) {
        if (m.getName().equals("build")
            && List.of(m.getParameterTypes()).equals(List.of(Shape.class))) {
          throw new IllegalArgumentException(
              label() + ": expected one tensor as input, got inputs of shapes " + inputShapes);
        }
      }
    }
  }

  /** The names of the call's tensor arguments, the input first. */
  protected List<String> callArguments() {
    return List.of("inputs");
  }

  /** Those of {@link #callArguments} whose shapes building needs. */
  protected List<String> buildArguments() {
    return callArguments().subList(0, 1);
  }

  /** Builds for an input of this shape; does nothing if it is built. */
  public final void buildFor(Shape inputShape) {
    buildFor(Map.of(callArguments().get(0) + "_shape", inputShape));
  }

  /** Builds for inputs of these shapes. */
  public final void buildFor(List<Shape> inputShapes) {
    buildFor(Map.of(callArguments().get(0) + "_shape", inputShapes));
  }

  /** Builds, given the shapes of {@link #buildArguments} by {@code name_shape}. */
  public final void buildFor(Map<String, Object> shapes) {
    synchronized (this) {
      if (built || building) {
        return;
      }
      building = true;
      path = Names.path(name);
      try {
        Names.in(name, () -> {
          build(shapes);
          return null;
        });
        buildShapes = shapes;
      } finally {
        building = false;
      }
      built = true;
    }
  }

  final void buildFor(List<Object> args, Map<String, Object> kwargs) {
    Map<String, Object> shapes = new LinkedHashMap<>();
    List<String> names = callArguments();
    for (String a : buildArguments()) {
      int i = names.indexOf(a);
      Object v = i < args.size() ? args.get(i) : kwargs.get(a);
      if (v != null) {
        shapes.put(a + "_shape", shapeOf(v));
      }
    }
    if (shapes.isEmpty()) {
      throw new IllegalArgumentException(label() + ": was called without an input");
    }
    buildFor(shapes);
  }

  // of numbers and strings that no one made a tensor of, as layers on the host take them, too
  private static @Nullable Object shapeOf(@Nullable Object input) {
    if (input == null || input instanceof Tensor) {
      return input == null ? null : ((Tensor) input).shape();
    }
    if (input instanceof Map<?, ?> m) {
      Map<Object, @Nullable Object> out = new LinkedHashMap<>();
      m.forEach((k, v) -> out.put(k, shapeOf(v)));
      return out;
    }
    if (input instanceof List<?> l && l.stream().anyMatch(LayerBuilding::isInput)) {
      return Arrays.asList(l.stream().map(LayerBuilding::shapeOf).toArray());
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
        || x instanceof List<?> l && l.stream().anyMatch(LayerBuilding::isInput);
  }

  @Override
  public @Nullable Map<String, Object> getBuildConfig() {
    Map<String, Object> shapes = buildShapes;
    if (shapes == null || isBuiltWithoutInput()) {
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

  @Override
  public void buildFromConfig(Map<String, Object> config) {
    if (config.get("input_shape") != null) {
      Map<String, Object> shapes = new LinkedHashMap<>();
      shapes.put(callArguments().get(0) + "_shape", shape(config.get("input_shape")));
      buildByConfig(shapes);
    } else if (config.get("shapes_dict") instanceof Map<?, ?> m) {
      Map<String, Object> shapes = new LinkedHashMap<>();
      for (String a : buildArguments()) {
        Object s = m.get(a + "_shape");
        if (s != null) {
          shapes.put(a + "_shape", shape(s));
        }
      }
      if (!shapes.isEmpty()) {
        buildByConfig(shapes);
      }
    }
  }

  /** Builds from shapes read from a config. */
  protected void buildByConfig(Map<String, Object> shapes) {
    buildFor(shapes);
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
    throw new IllegalArgumentException(label() + ": the build config holds "
        + ConfigEntries.shown(config) + " where a shape is expected");
  }
}
