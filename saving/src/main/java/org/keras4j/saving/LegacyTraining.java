package org.keras4j.saving;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Registry;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.models.Model;

/** The {@code training_config} of whole-model HDF5 files: what the model was compiled with. */
final class LegacyTraining {
  private static final String CLASS = "class_name";
  private static final String CONFIG = "config";
  private static final String OPTIMIZERS = "keras.optimizers";
  private static final String LOSSES = "keras.losses";
  private static final String METRICS = "keras.metrics";

  private LegacyTraining() {}

  /** The settings of a compiled model; null if it is not compiled. */
  @SuppressWarnings("unchecked")
  static @Nullable Map<String, Object> write(Model model) {
    Map<String, Object> settings = model.getCompileConfig();
    if (settings == null || settings.isEmpty()) {
      return null;
    }
    Map<String, Object> out =
        new LinkedHashMap<>((Map<String, Object>) Serializer.serialize(settings));
    Map<?, ?> optimizer = (Map<?, ?>) out.remove("optimizer");
    out.put("optimizer_config", LegacyConfig.downgrade(optimizer));
    return out;
  }

  /** Compiles a model as a file says. */
  static void compile(Model model, Map<?, ?> training) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("optimizer", Serializer.deserialize(optimizer(training.get("optimizer_config"))));
    out.put("loss", Serializer.deserialize(objects(training.get("loss"), LOSSES)));
    out.put("loss_weights", training.get("loss_weights"));
    for (String key : List.of("metrics", "weighted_metrics")) {
      out.put(key, Serializer.deserialize(objects(training.get(key), METRICS)));
    }
    for (String key : List.of("run_eagerly", "steps_per_execution", "jit_compile")) {
      if (training.get(key) != null) {
        out.put(key, training.get(key));
      }
    }
    model.compileFromConfig(out);
  }

  private static Map<String, Object> optimizer(@Nullable Object config) {
    if (!(config instanceof Map<?, ?> m) || !(m.get(CONFIG) instanceof Map<?, ?> c)) {
      throw new IllegalArgumentException("training_config has no optimizer_config");
    }
    String name = String.valueOf(m.get(CLASS));
    for (String key : Registry.registeredNames()) {
      if (m.get("module") == null && key.equalsIgnoreCase(OPTIMIZERS + "." + name)) {
        name = key.substring(OPTIMIZERS.length() + 1);
      }
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    c.forEach((k, v) -> settings.put(k.equals("lr") ? "learning_rate" : (String) k, v));
    // of Keras 2: how it compiles, and what it did to learning rates
    settings.remove("jit_compile");
    settings.remove("is_legacy_optimizer");
    if (settings.remove("decay") instanceof Number decay && decay.doubleValue() != 0) {
      settings.put("learning_rate", decaying(settings.get("learning_rate"), decay));
    }
    if (settings.get("weight_decay") instanceof Number n
        && n.doubleValue() == 0
        && !name.equals("AdamW")) {
      settings.put("weight_decay", null);
    }
    settings.putIfAbsent("name", name.toLowerCase(Locale.ROOT));
    Map<String, Object> out = new LinkedHashMap<>();
    m.forEach((k, v) -> out.put((String) k, v));
    out.put(CLASS, name);
    out.put(CONFIG, settings);
    return LegacyConfig.object(out, OPTIMIZERS);
  }

  /** Keras 2 divides the learning rate by 1 + decay * step. */
  private static Map<String, Object> decaying(@Nullable Object rate, Number decay) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("initial_learning_rate", rate);
    config.put("decay_steps", 1);
    config.put("decay_rate", decay);
    config.put("staircase", false);
    config.put("name", "InverseTimeDecay");
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("module", "keras.optimizers.schedules");
    out.put(CLASS, "InverseTimeDecay");
    out.put(CONFIG, config);
    return out;
  }

  /** Losses or metrics: names, configs, and lists and maps of these. */
  private static @Nullable Object objects(@Nullable Object o, String module) {
    if (o instanceof List<?> l) {
      List<Object> out = new ArrayList<>();
      l.forEach(x -> out.add(objects(x, module)));
      return out;
    }
    if (!(o instanceof Map<?, ?> m)) {
      return o;
    }
    if (!(m.get(CLASS) instanceof String name)) {
      Map<String, Object> out = new LinkedHashMap<>();
      m.forEach((k, v) -> out.put((String) k, objects(v, module)));
      return out;
    }
    if (m.get(CONFIG) instanceof Map<?, ?> c) {
      boolean wrapper = name.equals("MeanMetricWrapper") || name.equals("LossFunctionWrapper");
      if (wrapper && c.get("fn") instanceof String fn) {
        return wrapped(fn, c, module);
      }
      Map<String, Object> settings = new LinkedHashMap<>();
      c.forEach((k, v) -> settings.put((String) k, v));
      settings.remove("fn");
      settings.replace("reduction", "auto", "sum_over_batch_size");
      Map<String, Object> out = new LinkedHashMap<>();
      m.forEach((k, v) -> out.put((String) k, v));
      out.put(CONFIG, settings);
      return LegacyConfig.object(out, module);
    }
    return o;
  }

  /** A function of Keras as an object: the class that wraps it, or its name alone. */
  private static Object wrapped(String fn, Map<?, ?> config, String module) {
    for (String key : Registry.registeredNames()) {
      if (key.startsWith(module + ".")
          && org.keras4j.core.Names.snakeCase(key.substring(module.length() + 1))
              .equals(fn)) {
        Map<String, Object> settings = new LinkedHashMap<>();
        config.forEach((k, v) -> {
          if (!k.equals("fn")) {
            settings.put(
                (String) k, "reduction".equals(k) && "auto".equals(v) ? "sum_over_batch_size" : v);
          }
        });
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("module", module);
        out.put(CLASS, key.substring(module.length() + 1));
        out.put(CONFIG, settings);
        return out;
      }
    }
    return fn;
  }
}
