package org.keras4j.tck.saving.damage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A config as a tree whose values can be changed. */
final class ConfigTree {
  private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
      .streamReadConstraints(
          StreamReadConstraints.builder().maxNestingDepth(10_000).build())
      .build());

  private final Object tree;

  ConfigTree(byte[] config) {
    try {
      this.tree = MAPPER.readValue(config, Object.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a value stands in a map or list. */
  record Place(Object container, Object key, String path) {
    Object get() {
      return container instanceof Map<?, ?> m
          ? m.get(key)
          : ((List<?>) container).get((Integer) key);
    }

    @SuppressWarnings("unchecked")
    void set(Object value) {
      if (container instanceof Map<?, ?> m) {
        ((Map<Object, Object>) m).put(key, value);
      } else {
        ((List<Object>) container).set((Integer) key, value);
      }
    }

    void remove() {
      if (container instanceof Map<?, ?> m) {
        m.remove(key);
      } else {
        ((List<?>) container).remove((int) (Integer) key);
      }
    }

    @Override
    public String toString() {
      return path;
    }
  }

  Object root() {
    return tree;
  }

  List<Place> places() {
    List<Place> out = new ArrayList<>();
    collect(tree, "", out);
    return out;
  }

  private static void collect(Object tree, String path, List<Place> out) {
    if (tree instanceof Map<?, ?> m) {
      for (Object k : m.keySet()) {
        out.add(new Place(m, k, path + "/" + k));
        collect(m.get(k), path + "/" + k, out);
      }
    } else if (tree instanceof List<?> l) {
      for (int i = 0; i < l.size(); i++) {
        out.add(new Place(l, i, path + "/" + i));
        collect(l.get(i), path + "/" + i, out);
      }
    }
  }

  /** The names of all classes in it. */
  TreeSet<String> classNames() {
    TreeSet<String> out = new TreeSet<>();
    for (Place p : places()) {
      if ("class_name".equals(p.key) && p.get() instanceof String s) {
        out.add(s);
      }
    }
    return out;
  }

  String text() {
    try {
      return MAPPER.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] bytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }
}
