package org.keras4j.training.callbacks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class HistoryPlotTest {
  @TempDir
  Path folder;

  private static History history() {
    History h = new History();
    for (int epoch = 0; epoch < 5; epoch++) {
      h.onEpochEnd(
          epoch,
          new Logs(Map.of(
              "loss", 1.0 / (epoch + 1), "val_loss", epoch == 2 ? Double.NaN : 0.5, "mae<", 3.0)));
    }
    return h;
  }

  private NodeList elements(String tag) throws Exception {
    Path file = folder.resolve("h.svg");
    history().plot(file);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(file.toFile())
        .getElementsByTagName(tag);
  }

  @Test
  void eachNameHasAPanelWithItsCurves() throws Exception {
    NodeList texts = elements("text");
    List<String> bold = java.util.stream.IntStream.range(0, texts.getLength())
        .mapToObj(i -> (Element) texts.item(i))
        .filter(e -> e.hasAttribute("font-weight"))
        .map(Element::getTextContent)
        .toList();
    assertEquals(List.of("loss", "mae<"), bold.stream().sorted().toList());
    NodeList lines = elements("polyline");
    int falling = 0;
    int pairs = 0;
    for (int i = 0; i < lines.getLength(); i++) {
      Element e = (Element) lines.item(i);
      if (e.getAttribute("stroke-width").equals("2")) {
        String[] points = e.getAttribute("points").split(" ");
        double first = Double.parseDouble(points[0].split(",")[1]);
        double last = Double.parseDouble(points[points.length - 1].split(",")[1]);
        falling += points.length == 5 && last > first ? 1 : 0; // y goes down
        pairs += points.length == 2 ? 1 : 0; // before and after what is no number
      }
    }
    assertEquals(1, falling);
    assertEquals(2, pairs);
  }

  @Test
  void anImageShowsTheSame() throws IOException {
    Path file = folder.resolve("h.png");
    history().plot(file.toString());
    BufferedImage image = ImageIO.read(file.toFile());
    assertEquals(1680, image.getWidth());
    assertEquals(560, image.getHeight());
    int blue = 0;
    for (int x = 0; x < 840; x++) {
      for (int y = 100; y < 460; y++) {
        blue += image.getRGB(x, y) == new Color(0x1f, 0x77, 0xb4).getRGB() ? 1 : 0;
      }
    }
    assertTrue(blue > 500, "pixels of the curve: " + blue);
  }

  @Test
  void whatCannotBePlottedIsSaid() {
    assertThrows(IllegalArgumentException.class, () -> history().plot(folder.resolve("h.gif")));
    assertThrows(IllegalStateException.class, () -> new History().plot(folder.resolve("h.svg")));
    assertTrue(Files.notExists(folder.resolve("h.svg")));
  }

  @Test
  void oneEpochAndOneValueAreDrawn() throws IOException {
    History h = new History();
    h.onEpochEnd(0, new Logs(Map.of("loss", 2.5)));
    Path file = folder.resolve("one.svg");
    h.plot(file);
    assertTrue(Files.readString(file).contains("<circle"));
  }
}
