package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.Registry;
import org.keras4j.core.serialization.Serializer;

/**
 * Every entry that Keras writes into the config of every class that both have: it is written back as it was
 * read, with Keras's default and with another value, or refused by its name. {@code
 * scripts/record_config_keys.py} recorded them.
 */
@Tag("pytorch")
class ConfigKeysTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What Keras registers and this library has not yet; README says so. */
  private static final Set<String> MISSING = Set.of();

  private record Line(Map<String, Object> tree) {
    @SuppressWarnings("unchecked")
    private Map<String, Object> entries(String part) {
      return (Map<String, Object>) Objects.requireNonNull(tree.get(part));
    }

    String name() {
      return (String) tree.get("class_name");
    }

    boolean isRegistered() {
      return Registry.find(tree.get("module") + "." + name()) != null;
    }

    @Nullable
    Map<String, Object> written(@Nullable String key, @Nullable Object value) {
      Map<String, Object> config = new LinkedHashMap<>(entries("config"));
      if (key != null) {
        config.put(key, value);
      }
      Map<String, Object> in = new LinkedHashMap<>();
      in.put("module", tree.get("module"));
      in.put("class_name", name());
      in.put("config", config);
      in.put("registered_name", null);
      Object made = Serializer.deserialize(in);
      return made instanceof Configurable c ? serialized(c) : null;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> serialized(Configurable c) {
      return (Map<String, Object>)
          ((Map<String, Object>) plain(Serializer.serialize(c))).get("config");
    }
  }

  private static List<Line> lines() throws IOException {
    List<Line> out = new ArrayList<>();
    try (BufferedReader in = new BufferedReader(new InputStreamReader(
        Objects.requireNonNull(ConfigKeysTest.class.getResourceAsStream("config-keys.jsonl")),
        StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        @SuppressWarnings("unchecked")
        Map<String, Object> tree = JSON.readValue(line, Map.class);
        out.add(new Line(tree));
      }
    }
    return out;
  }

  private static Object plain(@Nullable Object tree) {
    return JSON.convertValue(tree, Object.class);
  }

  // numbers by their values: 1 and 1.0 are one setting, as are an axis and a list of one
  private static boolean same(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Number && b instanceof List<?> one && one.size() == 1) {
      return same(a, one.get(0));
    }
    if (a instanceof Number x && b instanceof Number y) {
      return x.doubleValue() == y.doubleValue();
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      boolean out = x.size() == y.size();
      for (int i = 0; out && i < x.size(); i++) {
        out = same(x.get(i), y.get(i));
      }
      return out;
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      return x.entrySet().stream().allMatch(e -> same(e.getValue(), y.get(e.getKey())));
    }
    return Objects.equals(a, b);
  }

  private static boolean names(RuntimeException e, String key) {
    String said =
        String.valueOf(e.getMessage()).replace("_", "").toLowerCase(java.util.Locale.ROOT);
    return said.contains(key.replace("_", "").toLowerCase(java.util.Locale.ROOT));
  }

  @Test
  void defaultsAreWrittenBack() throws IOException {
    List<String> wrong = new ArrayList<>();
    int n = 0;
    for (Line line : lines()) {
      if (!line.isRegistered()) {
        continue;
      }
      n++;
      try {
        Map<String, Object> got = line.written(null, null);
        line.entries("config").forEach((key, value) -> {
          if (got != null && (!got.containsKey(key) || !same(value, got.get(key)))) {
            wrong.add(line.name() + "." + key + ": read " + value + ", wrote " + got.get(key));
          }
        });
      } catch (RuntimeException e) {
        wrong.add(line.name() + ": " + e);
      }
    }
    assertEquals(List.of(), wrong, () -> String.join("\n", wrong));
    assertTrue(n > 200, "only " + n + " classes");
  }

  @Test
  void otherValuesAreWrittenBackOrRefusedByName() throws IOException {
    List<String> wrong = new ArrayList<>();
    int n = 0;
    for (Line line : lines()) {
      if (!line.isRegistered()) {
        continue;
      }
      for (Map.Entry<String, Object> e : line.entries("others").entrySet()) {
        n++;
        String at = line.name() + "." + e.getKey() + " = " + e.getValue();
        try {
          Map<String, Object> got = line.written(e.getKey(), e.getValue());
          if (got != null && !same(e.getValue(), got.get(e.getKey()))) {
            wrong.add(at + ": wrote " + got.get(e.getKey()));
          }
        } catch (RuntimeException refused) {
          if (!names(refused, e.getKey())) {
            wrong.add(at + ": " + refused);
          }
        }
      }
    }
    assertEquals(List.of(), wrong, () -> wrong.size() + " wrong\n" + String.join("\n", wrong));
    assertTrue(n > 1000, "only " + n + " entries");
  }

  @Test
  void argumentsThatKerasDoesNotWriteAreTakenOrRefusedByName() throws IOException {
    List<String> wrong = new ArrayList<>();
    int n = 0;
    for (Line line : lines()) {
      if (!line.isRegistered()) {
        continue;
      }
      for (Map.Entry<String, Object> e : line.entries("read").entrySet()) {
        n++;
        String at = line.name() + "." + e.getKey() + " = " + e.getValue();
        try {
          Map<String, Object> got = line.written(e.getKey(), e.getValue());
          if (got != null && !same(e.getValue(), got.get(e.getKey()))) {
            wrong.add(at + ": wrote " + got.get(e.getKey()));
          }
        } catch (RuntimeException refused) {
          if (!names(refused, e.getKey())) {
            wrong.add(at + ": " + refused);
          }
        }
      }
    }
    assertEquals(List.of(), wrong, () -> wrong.size() + " wrong\n" + String.join("\n", wrong));
    assertTrue(n > 40, "only " + n + " arguments");
  }

  @Test
  void classesThatAreMissingAreKnown() throws IOException {
    Set<String> missing = new TreeSet<>();
    for (Line line : lines()) {
      if (!line.isRegistered()) {
        missing.add(line.name());
      }
    }
    assertEquals(new TreeSet<>(MISSING), missing);
  }

  @Test
  void numbersOfArraysAreWrittenDigitByDigit() throws IOException {
    // as Keras writes np.array([0.1, 0.2], "float32")
    String written =
        "{\"module\":\"keras.initializers\",\"class_name\":\"Constant\",\"config\":{\"value\":"
            + "{\"class_name\":\"__numpy__\",\"config\":{\"value\":[0.10000000149011612,0.20000000298023224],"
            + "\"dtype\":\"float32\"}}},\"registered_name\":null}";
    Object tree = JSON.readValue(written, Map.class);
    assertEquals(
        written, JSON.writeValueAsString(Serializer.serialize(Serializer.deserialize(tree))));
  }
}
