package org.keras4j.hub.detection;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.hub.weights.WeightSource;

/**
 * Convolutions into which their normalizations were multiplied, as exporters do, with normalizations again, which change
 * nothing but add the convolution's bias.
 */
final class FusedConvolutions implements WeightSource {
  /** Beside this variance, what is added to it makes one. */
  private static final double VARIANCE = 1 - 1e-3;

  private static final String BIAS = ".conv.bias";

  private final WeightSource source;
  private final Map<String, NDArray> made = new LinkedHashMap<>();
  private final Map<String, String> names = new LinkedHashMap<>();

  FusedConvolutions(WeightSource source) {
    this.source = source;
    for (String name : source.names()) {
      String module = name.endsWith(BIAS) ? name.substring(0, name.length() - BIAS.length()) : null;
      if (module == null || source.names().contains(module + ".bn.weight")) {
        names.put(name, name);
        continue;
      }
      Shape shape = source.shape(name);
      if (shape.rank() != 1) {
        throw new IllegalArgumentException(
            "YOLOv8: expected a bias of one axis, got " + name + " of shape " + shape);
      }
      names.put(module + ".bn.bias", name);
      made.put(module + ".bn.weight", full(shape, 1));
      made.put(module + ".bn.running_mean", full(shape, 0));
      made.put(module + ".bn.running_var", full(shape, VARIANCE));
    }
    made.keySet().forEach(n -> names.put(n, n));
  }

  private static NDArray full(Shape shape, double value) {
    NDArray out = NDArray.zeros(DType.FLOAT32, shape);
    for (int i = 0; i < out.size(); i++) {
      out.setDouble(i, value);
    }
    return out;
  }

  private String own(String name) {
    String own = names.get(name);
    if (own == null) {
      throw new IllegalArgumentException("YOLOv8: there is no array '" + name + "'");
    }
    return own;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(names.keySet());
  }

  @Override
  public Shape shape(String name) {
    NDArray m = made.get(name);
    return m == null ? source.shape(own(name)) : m.shape();
  }

  @Override
  public DType dtype(String name) {
    NDArray m = made.get(name);
    return m == null ? source.dtype(own(name)) : m.dtype();
  }

  @Override
  public NDArray read(String name) {
    NDArray m = made.get(name);
    return m == null ? source.read(own(name)) : m;
  }

  @Override
  public void close() {
    source.close();
  }
}
