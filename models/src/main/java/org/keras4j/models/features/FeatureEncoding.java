package org.keras4j.models.features;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.preprocessing.CategoryEncoding;
import org.keras4j.layers.preprocessing.Discretization;
import org.keras4j.layers.preprocessing.HashedCrossing;
import org.keras4j.layers.preprocessing.Hashing;
import org.keras4j.layers.preprocessing.IndexLookup;

/** How the columns of a {@link FeatureSpace} become tensors: each through its layer, crossed, one-hot encoded and joined. */
final class FeatureEncoding {
  private final Supplier<String> space;
  private final Map<String, HashedCrossing> crossers = new LinkedHashMap<>();
  private final Map<String, CategoryEncoding> oneHotEncoders = new LinkedHashMap<>();
  private final FeatureConcat concat = new FeatureConcat();

  /** For a space of this name, for messages. */
  FeatureEncoding(Supplier<String> space) {
    this.space = space;
  }

  /** The layer of each combination, by its name. */
  Map<String, HashedCrossing> crossers() {
    return Collections.unmodifiableMap(crossers);
  }

  void add(Cross cross) {
    crossers.put(cross.name(), new HashedCrossing(cross.crossingDim()).name(cross.name()));
  }

  /** Forgets how many places features had. */
  void clear() {
    oneHotEncoders.clear();
  }

  /** The layers by the names that Keras's class has for them. */
  Map<String, Object> attributes() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("crossers", crossers);
    out.put("one_hot_encoders", oneHotEncoders);
    out.put("concat", concat);
    return out;
  }

  /** What the layers of the features make of their columns. */
  Map<String, Object> preprocess(Map<String, Feature> features, Map<String, ?> columns) {
    Map<String, Object> out = new LinkedHashMap<>();
    features.forEach((name, f) -> out.put(
        name,
        f.preprocessor()
            .invokeNested(Objects.requireNonNull(columns.get(name), name), CallArgs.of())));
    return out;
  }

  /**
   * Encodes preprocessed columns and their crosses.
   *
   * @param dict whether each stays by itself, or all are joined
   * @return a map of tensors by name, or one tensor
   */
  Object encode(
      Map<String, Feature> features,
      List<Cross> crosses,
      Map<String, Object> values,
      boolean dict) {
    Map<String, Object> crossed = crossed(crosses, values);
    Map<String, Object> out = new LinkedHashMap<>();
    new TreeSet<>(values.keySet()).forEach(n -> {
      Feature f = Objects.requireNonNull(features.get(n), n);
      Object value = Objects.requireNonNull(values.get(n));
      out.put(n, encode(n, value, f.outputMode(), f.preprocessor()));
    });
    Map<String, String> modes = new TreeMap<>();
    crosses.forEach(c -> modes.put(c.name(), c.outputMode()));
    modes.forEach((n, mode) ->
        out.put(n, encode(n, Objects.requireNonNull(crossed.get(n)), mode, crosser(n))));
    if (dict) {
      return out;
    }
    out.forEach((name, v) -> {
      if (!(v instanceof Tensor t) || !t.dtype().isFloat()) {
        throw new IllegalArgumentException(space.get() + ": feature '" + name
            + "' cannot be joined with the"
            + " others: it gives " + (v instanceof Tensor t ? t.dtype().kerasName() : "no tensor")
            + ". Encode it, or use outputMode(\"dict\")");
      }
    });
    return concat.invoke(List.copyOf(out.values()));
  }

  private Map<String, Object> crossed(List<Cross> crosses, Map<String, Object> values) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (Cross c : crosses) {
      List<Object> of = c.featureNames().stream().map(values::get).collect(Collectors.toList());
      out.put(c.name(), crosser(c.name()).invokeNested(of, CallArgs.of()));
    }
    return out;
  }

  private HashedCrossing crosser(String name) {
    return Objects.requireNonNull(crossers.get(name), name);
  }

  private Object encode(String name, Object value, String mode, Layer layer) {
    if (!mode.equals("one_hot")) {
      return value;
    }
    CategoryEncoding encoder = oneHotEncoders.get(name);
    if (encoder == null) {
      if (!(value instanceof Tensor t) || !t.dtype().isInteger()) {
        throw new IllegalArgumentException(space.get() + ": feature '" + name
            + "' is to be one-hot encoded, but its layer gives "
            + (value instanceof Tensor t ? t.dtype().kerasName() : "no tensor")
            + " and not integers");
      }
      encoder = new CategoryEncoding(places(name, layer));
      oneHotEncoders.put(name, encoder);
    }
    return encoder.invoke(value);
  }

  private int places(String name, Layer l) {
    if (l instanceof IndexLookup<?> lookup) {
      return lookup.vocabularySize();
    } else if (l instanceof CategoryEncoding c) {
      return c.numTokens();
    } else if (l instanceof Discretization d) {
      return d.numBins();
    } else if (l instanceof HashedCrossing c) {
      return c.numBins();
    } else if (l instanceof Hashing h) {
      return h.numBins();
    }
    throw new IllegalArgumentException(space.get() + ": feature '" + name
        + "' cannot be one-hot encoded: how many integers its layer "
        + l.getClass().getSimpleName() + " gives is not known; use outputMode(\"int\")");
  }
}
