package org.keras4j.saving;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.saving.internal.hdf5.H5Dataset;
import org.keras4j.saving.internal.hdf5.H5Group;
import org.keras4j.saving.internal.hdf5.H5Writer;

/**
 * The state of a training in a weights file, in a group that Keras does not look into: the tree as JSON text in the
 * dataset {@code state}, its arrays in datasets {@code 0, 1, ...}.
 */
final class TrainingGroup {
  private static final String PATH = "keras4j_training";
  private static final String STATE = "state";
  // marks of what JSON has not
  private static final String ARRAY = "array";
  private static final String DTYPE = "dtype";
  private static final String SHAPE = "shape";
  private static final String NUMBER = "number";

  private TrainingGroup() {}

  static void write(H5Writer h5, Map<String, Object> state) {
    List<NDArray> arrays = new ArrayList<>();
    String text = Json.write(plain(state, arrays));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    NDArray characters = NDArray.zeros(DType.UINT8, Shape.of(bytes.length));
    characters.bytes().put(bytes);
    h5.dataset(PATH, STATE, DType.UINT8, characters.shape(), () -> characters);
    for (int i = 0; i < arrays.size(); i++) {
      NDArray a = arrays.get(i);
      if (a.size() > 0) {
        h5.dataset(PATH, Integer.toString(i), a.dtype(), a.shape(), () -> a);
      }
    }
  }

  private static @Nullable Object plain(@Nullable Object x, List<NDArray> arrays) {
    if (x instanceof Map<?, ?> m) {
      Map<String, Object> out = new LinkedHashMap<>();
      m.forEach((k, v) -> out.put(k.toString(), plain(v, arrays)));
      return out;
    } else if (x instanceof List<?> l) {
      List<Object> out = new ArrayList<>();
      l.forEach(v -> out.add(plain(v, arrays)));
      return out;
    } else if (x instanceof NDArray a) {
      Map<String, Object> out = new LinkedHashMap<>();
      out.put(ARRAY, arrays.size());
      out.put(DTYPE, a.dtype().kerasName());
      out.put(SHAPE, a.shape().toArray());
      arrays.add(a);
      return out;
    } else if (x instanceof Double || x instanceof Float) {
      double d = ((Number) x).doubleValue();
      return Double.isFinite(d) ? (Object) d : Map.of(NUMBER, Double.toString(d));
    } else if (x == null
        || x instanceof Integer
        || x instanceof Long
        || x instanceof String
        || x instanceof Boolean) {
      return x;
    }
    throw new IllegalArgumentException(
        "The state of a training holds a " + x.getClass().getName()
            + "; expected numbers, strings, booleans, null, arrays, and lists and maps of these");
  }

  /** The state in a file, or null. */
  @SuppressWarnings("unchecked")
  static @Nullable Map<String, Object> read(H5Group root, ReadLimits limits) throws IOException {
    H5Group group = root.find(PATH);
    if (group == null) {
      return null;
    }
    NDArray characters = dataset(group, STATE).read(DType.UINT8);
    byte[] text = new byte[characters.size()];
    characters.bytes().get(text);
    try {
      return (Map<String, Object>) tree(Json.readObject(text, limits), group);
    } catch (IllegalArgumentException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException("'" + PATH + "': " + e.getMessage(), e.getCause()));
    }
  }

  private static H5Dataset dataset(H5Group group, String name) throws IOException {
    H5Dataset d = group.dataset(name);
    if (d == null) {
      throw new FileFormatException("'" + PATH + "/" + name + "' is missing");
    }
    return d;
  }

  private static @Nullable Object tree(@Nullable Object x, H5Group group) throws IOException {
    if (x instanceof List<?> l) {
      List<Object> out = new ArrayList<>();
      for (Object v : l) {
        out.add(tree(v, group));
      }
      return out;
    }
    if (!(x instanceof Map<?, ?> m)) {
      return x;
    }
    if (m.size() == 1 && m.get(NUMBER) instanceof String s) {
      return Double.valueOf(s);
    } else if (m.size() == 3
        && m.get(ARRAY) instanceof Integer i
        && m.get(SHAPE) instanceof List<?> s) {
      DType dtype = DType.of(String.valueOf(m.get(DTYPE)));
      Shape shape = Shape.of(s.stream().mapToLong(n -> ((Number) n).longValue()).toArray());
      if (shape.size() == 0) {
        return NDArray.zeros(dtype, shape);
      }
      NDArray a = dataset(group, i.toString()).read(dtype);
      if (!a.shape().equals(shape)) {
        throw new FileFormatException(
            "'" + PATH + "/" + i + "' has shape " + a.shape() + ", expected " + shape);
      }
      return a;
    }
    Map<String, Object> out = new LinkedHashMap<>();
    for (Map.Entry<?, ?> e : m.entrySet()) {
      out.put((String) e.getKey(), tree(e.getValue(), group));
    }
    return out;
  }
}
