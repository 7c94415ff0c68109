package org.keras4j.applications;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** What real Keras builds, recorded by scripts/record_applications.py. */
final class Golden {
  /** A network: what it was told and gives, and its layers in order, if it is written in full. */
  record Network(JsonNode head, List<String> layers) {
    String title() {
      return head.get("network").asText() + " " + head.get("arguments") + " "
          + head.get("layout").asText();
    }

    /** The Java class told the same. */
    Application<?> application() {
      return Golden.application(head.get("network").asText(), head.get("arguments"))
          .weights(null);
    }
  }

  /** The file that a network downloads. */
  record Pretrained(String network, JsonNode arguments, String file) {}

  final List<Network> networks = new ArrayList<>();
  final List<Pretrained> pretrained = new ArrayList<>();

  Golden() throws IOException {
    ObjectMapper json = new ObjectMapper();
    try (BufferedReader in = new BufferedReader(new InputStreamReader(
        new GZIPInputStream(Golden.class.getResourceAsStream("networks.txt.gz")),
        StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.startsWith("{")) {
          networks.get(networks.size() - 1).layers.add(line);
          continue;
        }
        JsonNode head = json.readTree(line);
        if (head.has("pretrained")) {
          pretrained.add(new Pretrained(
              head.get("pretrained").asText(),
              head.get("arguments"),
              head.get("file").asText()));
        } else {
          networks.add(new Network(head, new ArrayList<>()));
        }
      }
    }
  }

  /** Keras's arguments as calls of the setters of the same names. */
  static Application<?> application(String network, JsonNode arguments) {
    Application<?> out = Application.named(network);
    arguments.properties().forEach(e -> set(out, e.getKey(), e.getValue()));
    return out;
  }

  private static void set(Application<?> application, String argument, JsonNode value) {
    StringBuilder name = new StringBuilder();
    for (String part : argument.split("_")) {
      name.append(
          name.isEmpty()
              ? part
              : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
    }
    Method setter = Arrays.stream(application.getClass().getMethods())
        .filter(m -> m.getName().contentEquals(name) && m.getParameterCount() == 1)
        .filter(m -> !m.isBridge())
        .findFirst()
        .orElseThrow(() -> new AssertionError(application.getClass() + " has no " + name));
    Class<?> type = setter.getParameterTypes()[0];
    Object given;
    if (type == long[].class) {
      given = new long[value.size()];
      for (int i = 0; i < value.size(); i++) {
        ((long[]) given)[i] = value.get(i).isNull() ? -1 : value.get(i).asLong();
      }
    } else if (type == boolean.class) {
      given = value.asBoolean();
    } else if (type == int.class) {
      given = value.asInt();
    } else if (type == double.class || type == Double.class) {
      given = value.asDouble();
    } else {
      given = value.isNull() ? null : value.asText();
    }
    try {
      setter.invoke(application, given);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(setter + " of " + value, e);
    }
  }
}
