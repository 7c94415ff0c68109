package org.keras4j.saving;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Registry;
import org.keras4j.models.Functional;
import org.keras4j.models.Sequential;

/**
 * Configs of models as whole-model HDF5 files and TensorFlow.js have them, of Keras 1.2 and later: objects named by class
 * alone, calls as lists. {@link #upgrade} makes them what a {@code .keras} file has, {@link #downgrade} the other way.
 */
final class LegacyConfig {
  private static final String CLASS = "class_name";
  private static final String CONFIG = "config";
  private static final String MODULE = "module";
  private static final String LAYERS = "layers";
  private static final String INBOUND = "inbound_nodes";
  private static final String BATCH_INPUT = "batch_input_shape";
  private static final String LAYERS_MODULE = "keras.layers";
  private static final String SEQUENTIAL = "Sequential";
  private static final Set<String> FUNCTIONAL = Set.of("Functional", "Model");
  private static final List<String> MODULES = List.of(
      LAYERS_MODULE,
      "keras.initializers",
      "keras.regularizers",
      "keras.constraints",
      "keras.optimizers",
      "keras.optimizers.schedules",
      "keras.losses",
      "keras.metrics");

  // how Keras 2 computes, not what; without effect on the results
  private static final Set<String> MARKS = Set.of("implementation", "batch_input_shape", "dynamic");
  private static final Set<String> ONE_GROUP = Set.of(
      "DepthwiseConv1D",
      "DepthwiseConv2D",
      "SeparableConv1D",
      "SeparableConv2D",
      "Conv1DTranspose",
      "Conv2DTranspose",
      "Conv3DTranspose");
  private static final Set<String> SEPARABLE = Set.of("SeparableConv1D", "SeparableConv2D");
  // of the class that these derive from in Keras 2, which they do not use
  private static final Set<String> KERNEL =
      Set.of("kernel_initializer", "kernel_regularizer", "kernel_constraint");
  private static final Set<String> RECURRENT =
      Set.of("RNN", "SimpleRNN", "LSTM", "GRU", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D");

  private LegacyConfig() {}

  // ---- from a file

  /** The tree of a model, as {@code Serializer} takes it. */
  static Map<String, Object> upgrade(Map<?, ?> model) {
    return object(model, LAYERS_MODULE);
  }

  /**
   * The tree of an object.
   *
   * @param module where its class is looked for first, if it names none
   */
  static Map<String, Object> object(Map<?, ?> m, String module) {
    String name = String.valueOf(m.get(CLASS));
    Map<String, Object> out = new LinkedHashMap<>();
    m.forEach((k, v) -> {
      if (!k.equals("shared_object_id") && !k.equals("__passive_serialization__")) {
        out.put((String) k, v);
      }
    });
    if (m.get(MODULE) == null && m.get("registered_name") == null) {
      locate(out, name, module);
    }
    Object config = m.get(CONFIG);
    if (FUNCTIONAL.contains(name) && config instanceof Map<?, ?> c && c.get(LAYERS) != null) {
      out.put(CONFIG, functional(c));
    } else if (name.equals(SEQUENTIAL)) {
      out.put(CONFIG, sequential(config));
    } else if (config instanceof Map<?, ?> c) {
      out.put(CONFIG, m.get(MODULE) == null ? entries(name, c) : values(c));
    } else if (config == null && m.containsKey(CONFIG)) {
      out.put(CONFIG, Map.of());
    }
    return out;
  }

  /** Says where the class is; a custom one is known by its name. */
  private static void locate(Map<String, Object> out, String name, String module) {
    if (name.equals(SEQUENTIAL)) {
      place(out, Registry.nameOf(Sequential.class));
    } else if (FUNCTIONAL.contains(name)) {
      place(out, Registry.nameOf(Functional.class));
    } else if (name.indexOf('>') >= 0) {
      out.put("registered_name", name);
    } else if (Registry.find(module + "." + name) != null) {
      out.put(MODULE, module);
    } else {
      for (String other : MODULES) {
        if (Registry.find(other + "." + name) != null) {
          out.put(MODULE, other);
          return;
        }
      }
      if (Registry.find("Custom>" + name) != null) {
        out.put("registered_name", "Custom>" + name);
      }
    }
  }

  private static void place(Map<String, Object> out, String name) {
    int cut = name.lastIndexOf('.');
    out.put(MODULE, name.substring(0, cut));
    out.put(CLASS, name.substring(cut + 1));
  }

  /** The entries of a layer's or another object's config. */
  private static Map<String, Object> entries(String name, Map<?, ?> c) {
    Map<String, Object> out = new LinkedHashMap<>();
    boolean input = name.equals("InputLayer");
    c.forEach((k, v) -> {
      String key = (String) k;
      if (input && key.equals(BATCH_INPUT)) {
        out.put("batch_shape", value(key, v));
      } else if (!isUnused(name, key, v)) {
        out.put(renamed(name, key), value(key, v));
      }
    });
    if (out.get("axis") instanceof List<?> l && l.size() == 1) {
      out.put("axis", l.get(0)); // as old versions write that of BatchNormalization
    }
    if (name.equals("GRU") || name.equals("GRUCell")) {
      out.putIfAbsent("reset_after", false); // what it was before there was a choice
    }
    return out;
  }

  private static boolean isUnused(String name, String key, @Nullable Object v) {
    return MARKS.contains(key)
        || key.equals("groups") && ONE_GROUP.contains(name) && isOne(v)
        || SEPARABLE.contains(name) && KERNEL.contains(key)
        || key.equals("time_major") && RECURRENT.contains(name) && Boolean.FALSE.equals(v)
        || key.equals("input_length") && name.equals("Embedding")
        || key.equals("input_dim") && RECURRENT.contains(name)
        || name.startsWith("SpatialDropout")
            && (key.equals("noise_shape") && v == null
                || key.equals("trainable") && Boolean.TRUE.equals(v))
        || key.equals("dtype") && isInitializer(name);
  }

  private static boolean isInitializer(String name) {
    return Registry.find("keras.initializers." + name) != null
        && Registry.find(LAYERS_MODULE + "." + name) == null;
  }

  private static boolean isOne(@Nullable Object v) {
    return v instanceof Number n && n.intValue() == 1;
  }

  private static String renamed(String name, String key) {
    return name.equals("LeakyReLU") && key.equals("alpha") ? "negative_slope" : key;
  }

  private static Map<String, Object> values(Map<?, ?> m) {
    Map<String, Object> out = new LinkedHashMap<>();
    m.forEach((k, v) -> out.put((String) k, value((String) k, v)));
    return out;
  }

  private static @Nullable Object value(String key, @Nullable Object v) {
    if (v instanceof List<?> l) {
      List<Object> out = new ArrayList<>();
      l.forEach(x -> out.add(value(key, x)));
      return out;
    }
    if (!(v instanceof Map<?, ?> m)) {
      return v;
    }
    Object name = m.get(CLASS);
    if (m.get("items") instanceof List<?> items
        && ("__tuple__".equals(name) || "TensorShape".equals(name))) {
      return value(key, items);
    }
    if (key.equals("dtype") && m.get(MODULE) == null && m.get(CONFIG) instanceof Map<?, ?> c) {
      return c.get("name"); // Policy, PolicyV1
    }
    if (name instanceof String && m.containsKey(CONFIG)) {
      return object(m, moduleOf(key));
    }
    return values(m);
  }

  private static String moduleOf(String key) {
    return key.endsWith("initializer")
        ? "keras.initializers"
        : key.endsWith("regularizer")
            ? "keras.regularizers"
            : key.endsWith("constraint")
                ? "keras.constraints"
                : key.equals("learning_rate") ? "keras.optimizers.schedules" : LAYERS_MODULE;
  }

  private static Map<String, Object> sequential(@Nullable Object config) {
    Map<String, Object> out = new LinkedHashMap<>();
    Object layers = config;
    if (config instanceof Map<?, ?> c) {
      c.forEach((k, v) -> out.put((String) k, value((String) k, v)));
      layers = c.get(LAYERS);
    }
    List<Object> upgraded = new ArrayList<>();
    for (Object o : list(layers, LAYERS)) {
      Map<?, ?> layer = map(o, "layer");
      if (upgraded.isEmpty()
          && !"InputLayer".equals(layer.get(CLASS))
          && layer.get(CONFIG) instanceof Map<?, ?> c
          && c.get(BATCH_INPUT) instanceof List<?> shape) {
        upgraded.add(input(shape, c.get("dtype"), layer.get(CLASS)));
      }
      upgraded.add(object(layer, LAYERS_MODULE));
    }
    out.put(LAYERS, upgraded);
    return out;
  }

  /** The input that the first layer of a Sequential implies. */
  private static Map<String, Object> input(
      List<?> shape, @Nullable Object dtype, @Nullable Object of) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("batch_shape", shape);
    Object d = value("dtype", dtype);
    config.put("dtype", d instanceof String s && !s.startsWith("mixed_") ? s : "float32");
    if ("Embedding".equals(of)) {
      config.put("dtype", "float32"); // Keras's own choice, which takes all indices in use exactly
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put(CLASS, "InputLayer");
    out.put(MODULE, LAYERS_MODULE);
    out.put(CONFIG, config);
    return out;
  }

  private static Map<String, Object> functional(Map<?, ?> config) {
    Map<String, Object> out = new LinkedHashMap<>();
    config.forEach((k, v) -> out.put((String) k, v));
    List<Object> layers = new ArrayList<>();
    Set<Object> models = new HashSet<>();
    Set<Object> sequential = new HashSet<>();
    boolean old = false;
    for (Object o : list(config.get(LAYERS), LAYERS)) {
      Map<?, ?> layer = map(o, "layer");
      if (FUNCTIONAL.contains(String.valueOf(layer.get(CLASS)))) {
        models.add(layer.get("name"));
      } else if (SEQUENTIAL.equals(layer.get(CLASS))) {
        sequential.add(layer.get("name"));
      }
      old |= list(layer.get(INBOUND), INBOUND).stream().anyMatch(c -> c instanceof List);
    }
    models.addAll(sequential);
    for (Object o : list(config.get(LAYERS), LAYERS)) {
      Map<?, ?> layer = map(o, "layer");
      Map<String, Object> upgraded = object(layer, LAYERS_MODULE);
      List<Object> calls = new ArrayList<>();
      for (Object call : list(layer.get(INBOUND), INBOUND)) {
        calls.add(call instanceof List<?> l ? call(l, models) : call);
      }
      upgraded.put(INBOUND, calls);
      layers.add(upgraded);
    }
    out.put(LAYERS, layers);
    if (old) { // Keras 3 counts the calls of a Functional model there as Keras 2 does, those of a
      // Sequential not
      out.replaceAll((k, v) -> k.equals("output_layers") ? recounted(v, sequential) : v);
    }
    return out;
  }

  /** Keras 2 counts the calls of models within models from 1. */
  private static @Nullable Object recounted(@Nullable Object history, Set<Object> models) {
    return history instanceof List<?> l ? recounted(l, models) : history;
  }

  private static List<?> recounted(List<?> l, Set<Object> models) {
    if (l.size() >= 3 && l.get(1) instanceof Integer n && l.get(0) instanceof String name) {
      List<Object> out = new ArrayList<>(l);
      out.set(1, models.contains(name) ? Math.max(0, n - 1) : n);
      return out;
    }
    return l.stream().map(x -> recounted((Object) x, models)).toList();
  }

  /** A call, once a list of {@code [layer, call, output, arguments]}, an entry for each input. */
  private static Map<String, Object> call(List<?> inputs, Set<Object> models) {
    // a call with one input was once not within a list of its own
    List<?> each = inputs.size() >= 3 && inputs.get(0) instanceof String ? List.of(inputs) : inputs;
    List<Object> tensors = new ArrayList<>();
    Map<String, Object> kwargs = new LinkedHashMap<>();
    for (Object o : each) {
      List<?> in = list(o, "an inbound node");
      if (in.size() < 3 || in.size() > 4) {
        throw new IllegalArgumentException(
            "Functional: the config's call " + in + " is not of the form [layer, call, output]");
      }
      if ("_CONSTANT_VALUE".equals(in.get(0))) {
        tensors.add(in.get(2));
      } else {
        tensors.add(tensor(recounted(in, models)));
      }
      if (in.size() == 4) {
        map(in.get(3), "arguments").forEach((k, v) -> kwargs.put((String) k, argument(v, models)));
      }
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("args", List.of(tensors.size() == 1 ? tensors.get(0) : tensors));
    out.put("kwargs", kwargs);
    return out;
  }

  private static Map<String, Object> tensor(List<?> history) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("keras_history", history.subList(0, 3));
    Map<String, Object> out = new LinkedHashMap<>();
    out.put(CLASS, "__keras_tensor__");
    out.put(CONFIG, config);
    return out;
  }

  private static @Nullable Object argument(@Nullable Object v, Set<Object> models) {
    return v instanceof List<?> l
            && l.size() == 3
            && l.get(0) instanceof String
            && l.get(1) instanceof Integer
            && l.get(2) instanceof Integer
        ? tensor(recounted(l, models))
        : value("", v);
  }

  private static List<?> list(@Nullable Object o, String what) {
    if (o instanceof List<?> l) {
      return l;
    }
    throw new IllegalArgumentException("the config's " + what + " must be a list, got " + o);
  }

  private static Map<?, ?> map(@Nullable Object o, String what) {
    if (o instanceof Map<?, ?> m) {
      return m;
    }
    throw new IllegalArgumentException("the config's " + what + " must be a map, got " + o);
  }

  // ---- to a file

  /** Class and config of a model, and of the layers in it, as Keras writes them into HDF5. */
  static Map<String, Object> downgrade(Map<?, ?> model) {
    Map<String, Object> out = new LinkedHashMap<>();
    Object registered = model.get("registered_name");
    out.put(CLASS, registered instanceof String r && r.indexOf('>') >= 0 ? r : model.get(CLASS));
    Object config = model.get(CONFIG);
    if (config instanceof Map<?, ?> c && c.get(LAYERS) instanceof List<?> l) {
      Map<String, Object> copy = new LinkedHashMap<>();
      c.forEach((k, v) -> copy.put((String) k, v));
      copy.put(LAYERS, l.stream().map(x -> layer(map(x, "layer"))).toList());
      config = copy;
    }
    out.put(CONFIG, config);
    return out;
  }

  private static Map<String, Object> layer(Map<?, ?> layer) {
    Object module = layer.get(MODULE);
    // a function of keras.ops can have the name of a layer's class, so its module has to stay
    boolean function = module instanceof String m && m.startsWith("keras.src.ops");
    Map<String, Object> out = function ? values(layer) : downgrade(layer);
    if (layer.containsKey(INBOUND)) {
      out.put("name", layer.get("name"));
      out.put(INBOUND, layer.get(INBOUND));
    }
    return out;
  }
}
