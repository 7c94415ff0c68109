package org.keras4j.applications;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes docs/applications.md from what real Keras builds. */
final class ApplicationsPage {
  private static final Map<String, String> PAPERS = new TreeMap<>(Map.ofEntries(
      Map.entry("ConvNeXt", "2201.03545"),
      Map.entry("DenseNet", "1608.06993"),
      Map.entry("EfficientNetB", "1905.11946"),
      Map.entry("EfficientNetV2", "2104.00298"),
      Map.entry("InceptionResNetV2", "1602.07261"),
      Map.entry("InceptionV3", "1512.00567"),
      Map.entry("MobileNet", "1704.04861"),
      Map.entry("MobileNetV2", "1801.04381"),
      Map.entry("MobileNetV3", "1905.02244"),
      Map.entry("NASNet", "1707.07012"),
      Map.entry("ResNet", "1512.03385"),
      Map.entry("ResNetV2", "1603.05027"),
      Map.entry("VGG", "1409.1556"),
      Map.entry("Xception", "1610.02357")));

  private ApplicationsPage() {}

  static String text() throws IOException {
    StringBuilder out = new StringBuilder("""
        # The networks of `applications`

        Classes of `org.keras4j.applications`, with the settings that Keras gives them by default; [how to use them](guides/applications.md). Written by
        `ApplicationsPage` from what real Keras builds; do not edit.

        | class | parameters, millions | without classifier | images | layers | weights | pixels | paper |
        |---|---:|---:|---:|---:|---:|---|---|
        """);
    Golden golden = new Golden();
    for (Golden.Network n : golden.networks) {
      if (n.layers().isEmpty()) {
        continue;
      }
      String name = n.head().get("network").asText();
      JsonNode side = n.head().get("input").get(0);
      out.append(String.format(
          Locale.ROOT,
          "| `%s` | %.1f | %.1f | %s | %d | %d | %s | [%s](https://arxiv.org/abs/%<s) |%n",
          name,
          n.head().get("parameters").asLong() / 1e6,
          withoutTop(golden, name).get("parameters").asLong() / 1e6,
          side.isNull() ? "any" : side.asText(),
          n.head().get("layers").asInt(),
          n.head().get("weights").asInt(),
          pixels(n.application().pixelScale()),
          paper(name)));
    }
    return out.toString().replace("\r\n", "\n");
  }

  private static JsonNode withoutTop(Golden golden, String name) {
    return golden.networks.stream()
        .map(Golden.Network::head)
        .filter(h -> h.get("network").asText().equals(name)
            && h.get("arguments").toString().equals("{\"include_top\":false}")
            && h.get("layout").asText().equals("channels_last"))
        .findFirst()
        .orElseThrow();
  }

  private static String pixels(PixelScale scale) {
    return switch (scale) {
      case CAFFE -> "blue, green, red, less the mean";
      case TF -> "-1 to 1";
      case TORCH -> "normalized by channel";
      case NONE -> "0 to 255";
    };
  }

  private static String paper(String name) {
    if (name.startsWith("ResNet") && name.endsWith("V2")) {
      return PAPERS.get("ResNetV2");
    }
    String found = "";
    for (Map.Entry<String, String> e : PAPERS.entrySet()) {
      if (name.startsWith(e.getKey())) {
        found = e.getValue(); // the last of them is the longest
      }
    }
    return found;
  }
}
