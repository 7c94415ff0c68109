package org.keras4j.layers.reshaping;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Layers that add or drop places at both ends of the spatial axes.
 *
 * @param <S> the class itself
 */
public abstract class Margins<S extends Margins<S>> extends FluentLayer<S> {
  private final int rank;
  private final String setting;
  private int[][] margins;

  @Config
  private @Nullable String dataFormat;

  Margins(int rank, String setting, int[][] margins) {
    this.rank = rank;
    this.setting = setting;
    this.margins = margins;
    this.dataFormat = Extent.dataFormat(null);
    inputSpec(new InputSpec().ndim(rank + 2));
  }

  static int[][] all(int rank, int margin) {
    int[][] out = new int[rank][2];
    for (int[] m : out) {
      Arrays.fill(m, margin);
    }
    return out;
  }

  /** One number for all ends, one an axis, or two an axis one after the other. */
  final void margins(int... values) {
    int[][] out = all(rank, 0);
    for (int i = 0; i < rank; i++) {
      for (int j = 0; j < 2; j++) {
        out[i][j] = values.length == 1
            ? values[0]
            : values.length == 2 * rank
                ? values[2 * i + j]
                : values.length == rank ? values[i] : -1;
        if (out[i][j] < 0) {
          throw new IllegalArgumentException(label() + ": '" + setting
              + "' expects 1, " + rank + " or " + 2 * rank + " integers of at least 0, got "
              + Arrays.toString(values));
        }
      }
    }
    this.margins = out;
  }

  final S layout(@Nullable String value) {
    return set("dataFormat", () -> dataFormat = Extent.dataFormat(value));
  }

  private int firstAxis() {
    return "channels_first".equals(dataFormat) ? 2 : 1;
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put(setting, marginConfig());
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    Object value = rest.remove(setting);
    if (value != null) {
      marginsFromConfig(value);
    }
    super.setConfig(rest);
  }

  // as Keras's configs have it: a pair for one axis, else a list of pairs
  private Object marginConfig() {
    List<Object> out =
        Arrays.stream(margins).map(m -> (Object) List.of(m[0], m[1])).toList();
    return rank == 1 ? out.get(0) : out;
  }

  private void marginsFromConfig(@Nullable Object value) {
    if (value instanceof Number n) {
      margins(n.intValue());
    } else if (value instanceof List<?> l) {
      int[] flat = l.stream()
          .flatMap(x -> x instanceof List<?> pair ? pair.stream() : java.util.stream.Stream.of(x))
          .mapToInt(x -> x instanceof Number n ? n.intValue() : -1)
          .toArray();
      margins(flat);
    } else {
      throw new IllegalArgumentException(
          label() + ": '" + setting + "' expects an integer or a list, got " + value);
    }
  }

  /** Adds the margins times {@code sign} as zeros; negative ones drop. */
  final Tensor padded(Tensor x, int sign) {
    long[] low = new long[rank + 2];
    long[] high = new long[rank + 2];
    for (int i = 0; i < rank; i++) {
      low[i + firstAxis()] = (long) sign * margins[i][0];
      high[i + firstAxis()] = (long) sign * margins[i][1];
    }
    return Prims.pad(x, 0, low, high);
  }

  /**
   * Without the margins.
   *
   * @throws IllegalArgumentException if nothing of an axis of known size is left
   */
  final Tensor cropped(Tensor x) {
    for (int i = 0; i < rank; i++) {
      long size = x.shape().dim(i + firstAxis());
      if (size >= 0 && margins[i][0] + margins[i][1] >= size) {
        throw new IllegalArgumentException(
            label() + ": '" + setting + "' leaves nothing of input shape " + x.shape());
      }
    }
    return padded(x, -1);
  }
}
