package org.keras4j.onnx.internal.lowering;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.NDArray;
import org.keras4j.core.primitive.LongList;
import org.keras4j.onnx.internal.file.OnnxAttribute;
import org.keras4j.onnx.internal.file.OnnxGraph;

/** An operator with its settings, to be applied. */
final class Call {
  final String type;
  final String domain;
  final Map<String, OnnxAttribute> attributes = new LinkedHashMap<>();

  Call(String type) {
    this(type, "");
  }

  Call(String type, String domain) {
    this.type = type;
    this.domain = domain;
  }

  private Call put(String key, Object value) {
    attributes.put(key, new OnnxAttribute(value));
    return this;
  }

  Call set(String key, long value) {
    return put(key, value);
  }

  Call set(String key, double value) {
    return put(key, (float) value);
  }

  Call set(String key, String value) {
    return put(key, value);
  }

  Call set(String key, NDArray value) {
    return put(key, value);
  }

  Call set(String key, OnnxGraph value) {
    return put(key, value);
  }

  Call texts(String key, List<String> values) {
    return put(key, List.copyOf(values));
  }

  Call numbers(String key, long... values) {
    return put(key, values);
  }

  Call numbers(String key, int... values) {
    long[] v = new long[values.length];
    for (int i = 0; i < v.length; i++) {
      v[i] = values[i];
    }
    return put(key, v);
  }

  Call numbers(String key, LongList values) {
    return put(key, values.toArray());
  }
}
