package org.keras4j.layers.regularization;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.random.RandomOps;

/**
 * Layers that drop whole channels.
 *
 * @param <S> the class itself
 */
public abstract class SpatialDropout<S extends SpatialDropout<S>> extends RateLayer<S> {
  private final int rank;
  private String dataFormat = Extent.dataFormat(null);

  SpatialDropout(int rank) {
    this.rank = rank;
    inputSpec(new InputSpec().ndim(rank + 2));
  }

  SpatialDropout(int rank, double rate) {
    super(rate);
    this.rank = rank;
    inputSpec(new InputSpec().ndim(rank + 2));
  }

  final S layout(@Nullable String value) {
    return set("dataFormat", () -> dataFormat = Extent.dataFormat(value));
  }

  @Override
  Tensor drop(Tensor x) {
    long[] noise = new long[rank + 2];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = 1;
    }
    noise[0] = -1;
    noise[rank > 1 && dataFormat.equals("channels_first") ? 1 : rank + 1] = -1;
    return RandomOps.dropout(x, rate(), noise, generator());
  }

  /** Keras lists neither trainable nor a policy here, but a plain dtype. */
  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("rate", rate());
    out.put("seed", seed());
    out.put("name", name());
    out.put("dtype", variableDtype());
    if (rank > 1) {
      out.put("data_format", dataFormat);
    }
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    Object format = rest.remove("data_format");
    if (format != null) {
      dataFormat = Extent.dataFormat(ConfigEntries.text(label(), "data_format", format));
    }
    super.setConfig(rest);
  }
}
