package org.keras4j.onnx.internal.file;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;

/**
 * An input or output of a graph.
 *
 * @param dtype null where the file does not say, or it is no tensor
 * @param dims its sizes: a Long, the name of a size, or an empty text for a size without one; null if not even their
 *     number is known
 */
public record OnnxValue(
    String name, @Nullable DType dtype, @Nullable List<Object> dims) {
  /** The shape, with named sizes unknown; null if the number of axes is. */
  public @Nullable Shape shape() {
    if (dims == null) {
      return null;
    }
    long[] d = new long[dims.size()];
    for (int i = 0; i < d.length; i++) {
      d[i] = dims.get(i) instanceof Long n ? n : Shape.UNKNOWN;
    }
    return Shape.of(d);
  }
}
