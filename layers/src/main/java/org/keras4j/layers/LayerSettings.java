package org.keras4j.layers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Names;
import org.keras4j.core.Shape;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.layers.regularizers.Regularizer;

/** What a layer is told, and how its config holds that. */
final class LayerSettings {
  private final Layer layer;
  private String name;
  private boolean automaticName = true;
  boolean trainable = true;
  DTypePolicy dtypePolicy = DTypePolicy.global();
  boolean supportsMasking;

  @Nullable
  Regularizer activityRegularizer;

  /** Entries of configs of older files that say nothing about the layer itself, given back as they were read. */
  private final Map<String, Object> olderEntries = new LinkedHashMap<>();

  LayerSettings(Layer layer) {
    this.layer = layer;
    this.name = Names.auto(Names.snakeCase(layer.className()));
    this.supportsMasking = Overrides.computeMask(layer.getClass());
  }

  String name() {
    return name;
  }

  void name(String value) {
    if (value.contains("/")) {
      throw new IllegalArgumentException(
          layer.getClass().getSimpleName() + ": a name cannot contain '/', got '" + value + "'");
    }
    if (automaticName) {
      Names.giveBack(Names.snakeCase(layer.className()), name);
      automaticName = false;
    }
    this.name = value;
  }

  /** The policy that holds: of a map, that of the layer's path, once it has one. */
  DTypePolicy own(Building building) {
    return dtypePolicy instanceof DTypePolicyMap m && building.isPlaced()
        ? m.policyOf(building.path())
        : dtypePolicy;
  }

  void dtype(@Nullable DTypePolicy policy) {
    layer.mutable("dtype");
    this.dtypePolicy = DTypePolicy.get(policy);
  }

  /** Puts another policy in place of the one that holds for a path. */
  void exchangePolicy(String path, DTypePolicy policy) {
    if (dtypePolicy instanceof DTypePolicyMap m) {
      m.replace(path, policy);
    } else {
      dtypePolicy = policy;
    }
  }

  /** Puts what every layer's config begins with. */
  void write(Map<String, Object> config) {
    config.put("name", name);
    config.put("trainable", trainable);
    config.put("dtype", dtypePolicy);
    if (activityRegularizer != null) {
      config.put("activity_regularizer", activityRegularizer);
    }
  }

  /** Puts the entries of older files. */
  void writeOlder(Map<String, Object> config) {
    config.putAll(olderEntries);
  }

  /** Takes the entries that these settings are for out of a config. */
  void read(Map<String, Object> config, Set<String> olderKeys) {
    Object n = config.remove("name");
    if (n != null) {
      layer.name(ConfigEntries.text(layer.label(), "name", n));
    }
    if (config.remove("trainable") instanceof Boolean b) {
      this.trainable = b;
    }
    Object policy = config.remove("dtype");
    if (policy != null) {
      this.dtypePolicy = DTypePolicy.get(policy);
    }
    Object regularizer = config.remove("activity_regularizer");
    if (regularizer != null) {
      this.activityRegularizer = Regularizer.get(regularizer);
    }
    for (String key : olderKeys) {
      if (config.containsKey(key)) {
        olderEntries.put(key, config.remove(key));
      }
    }
  }

  @Nullable
  Shape takeDeclaredInputShape() {
    Object sizes = olderEntries.remove("input_shape");
    Object all = olderEntries.remove("batch_input_shape");
    Object given = all == null ? sizes : all;
    if (given == null) {
      return null;
    }
    if (!(given instanceof List<?> l)
        || !l.stream().allMatch(n -> n == null || n instanceof Number)) {
      throw new IllegalArgumentException(layer.label() + ": config expects '"
          + (all == null ? "input_shape" : "batch_input_shape") + "' to be a list of sizes, got "
          + given);
    }
    return all == null ? Shape.of(l).insert(0, Shape.UNKNOWN) : Shape.of(l);
  }
}
