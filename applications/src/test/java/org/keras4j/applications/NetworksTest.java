package org.keras4j.applications;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Keras;
import org.keras4j.core.Names;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.Layer;
import org.keras4j.models.Functional;

/**
 * Holds all networks, with and without classifier, on both layouts, and all of their arguments to what real Keras builds:
 * layers by class, name, order, config and connections, weights by shape and order.
 */
class NetworksTest {
  private static final int NETWORKS = 40;

  @AfterEach
  void usualLayout() {
    Keras.setImageDataFormat("channels_last");
  }

  @Test
  void networksAreKerass() throws Exception {
    List<String> different = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>();
    for (Golden.Network n : new Golden().networks) {
      names.add(n.head().get("network").asText());
      String found = difference(n);
      if (!found.isEmpty()) {
        different.add(n.title() + ": " + found);
      }
    }
    assertEquals("", String.join("\n", different));
    assertEquals(Application.names(), List.copyOf(names));
    assertEquals(NETWORKS, names.size());
  }

  private static String difference(Golden.Network expected) {
    JsonNode head = expected.head();
    Keras.setImageDataFormat(head.get("layout").asText());
    Names.reset();
    Application<?> application = expected.application();
    if ("imagenet".equals(head.get("arguments").path("weights").asText())) {
      application.weights("imagenet"); // of which only the architecture is made
    }
    Functional model = application.network(application.resolve());
    Map<String, Object> tree = cast(Serializer.serialize(model));
    Map<String, Object> config = cast(tree.get("config"));
    List<?> layers = (List<?>) config.remove("layers");
    Map<String, String> weights = new LinkedHashMap<>();
    for (Layer l : model.layers()) {
      weights.put(l.name(), Canonical.shapes(l.weights()));
    }
    List<String> lines = new ArrayList<>();
    for (Object o : layers) {
      Map<String, Object> l = cast(o);
      lines.add(l.get("class_name") + "\t" + l.get("name") + "\t"
          + Canonical.hash(Canonical.text(l)) + "\t"
          + weights.getOrDefault(String.valueOf(l.get("name")), ""));
    }
    for (int i = 0; i < expected.layers().size(); i++) {
      String line = i < lines.size() ? lines.get(i) : "nothing";
      if (!line.equals(expected.layers().get(i))) {
        return "layer " + i + " is expected to be " + expected.layers().get(i) + ", is " + line
            + (i < layers.size() ? " of config " + layers.get(i) : "");
      }
    }
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("name", model.name());
    found.put("parameters", model.countParams());
    found.put(
        "trainable",
        model.trainableWeights().stream().mapToLong(NetworksTest::size).sum());
    found.put("input", sizes(model.inputShape()));
    found.put("output", sizes(model.outputShape()));
    found.put("layers", model.layers().size());
    found.put("operations", layers.size());
    found.put("weights", model.weights().size());
    found.put("model", Canonical.hash(Canonical.text(tree)));
    found.put("shapes", Canonical.hash(Canonical.shapes(model.weights())));
    if (head.has("lines")) {
      found.put("lines", Canonical.hash(String.join("\n", lines)));
    }
    List<String> out = new ArrayList<>();
    found.forEach((key, value) -> {
      String wanted =
          head.get(key).isTextual() ? head.get(key).asText() : head.get(key).toString();
      if (!String.valueOf(value).replace(" ", "").equals(wanted)) {
        out.add(key + " is expected to be " + wanted + ", is " + value);
      }
    });
    return String.join("; ", out);
  }

  private static long size(Variable v) {
    return v.shape().size();
  }

  private static List<Object> sizes(Shape s) {
    List<Object> out = new ArrayList<>();
    for (long d : s.slice(1).toArray()) {
      out.add(d < 0 ? null : d);
    }
    return out;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> cast(Object o) {
    assertTrue(o instanceof Map, () -> "expected a map, got " + o);
    return (Map<String, Object>) o;
  }

  @Test
  void filesOfWeightsAreKerass() throws Exception {
    Golden golden = new Golden();
    for (Golden.Pretrained p : golden.pretrained) {
      Application<?> a = Golden.application(p.network(), p.arguments());
      assertEquals(p.file(), a.weightsFile(a.resolve()), () -> p.network() + " " + p.arguments());
      assertTrue(Downloads.all().containsKey(p.file()), p.file());
    }
    assertEquals(
        golden.pretrained.stream().map(Golden.Pretrained::file).distinct().count() + 1,
        Downloads.all().size(),
        "all files but the names of classes belong to a network");
  }
}
