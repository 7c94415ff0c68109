package org.keras4j.tck.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Tensor;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.merging.Add;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.ModelPlot;
import org.keras4j.models.Sequential;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Plots: what they show, and that boxes stand apart and arrows go one way. */
@Tag("pytorch")
class PlotTest {
  private record Box(double x, double y, double width, double height) {
    boolean meets(Box b) {
      return x < b.x + b.width && b.x < x + width && y < b.y + b.height && b.y < y + height;
    }
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static double number(Element e, String name) {
    return Double.parseDouble(e.getAttribute(name));
  }

  private static List<Box> boxes(Document d) {
    List<Box> out = new ArrayList<>();
    NodeList groups = d.getElementsByTagName("g");
    for (int i = 0; i < groups.getLength(); i++) {
      Element r =
          (Element) ((Element) groups.item(i)).getElementsByTagName("rect").item(0);
      out.add(new Box(number(r, "x"), number(r, "y"), number(r, "width"), number(r, "height")));
    }
    return out;
  }

  /** The first and last points of all arrows. */
  private static List<double[]> arrows(Document d) {
    List<double[]> out = new ArrayList<>();
    NodeList paths = d.getElementsByTagName("path");
    for (int i = 0; i < paths.getLength(); i++) {
      Element p = (Element) paths.item(i);
      if (p.getAttribute("class").equals("arrow")) {
        String[] points = p.getAttribute("d").replaceAll("[MLC]", "").trim().split("\\s+", -1);
        String[] a = points[0].split(",", -1);
        String[] b = points[points.length - 1].split(",", -1);
        out.add(new double[] {
          Double.parseDouble(a[0]),
          Double.parseDouble(a[1]),
          Double.parseDouble(b[0]),
          Double.parseDouble(b[1])
        });
      }
    }
    return out;
  }

  private static void check(ModelPlot plot, String rankdir, int boxes, int arrows)
      throws Exception {
    Document d = parsed(plot.rankdir(rankdir).toSvg());
    List<Box> all = boxes(d);
    assertEquals(boxes, all.size());
    double width = number(d.getDocumentElement(), "width");
    double height = number(d.getDocumentElement(), "height");
    for (int i = 0; i < all.size(); i++) {
      Box b = all.get(i);
      assertTrue(b.x >= 0 && b.y >= 0 && b.x + b.width <= width && b.y + b.height <= height);
      for (int k = 0; k < i; k++) {
        assertFalse(b.meets(all.get(k)), b + " over " + all.get(k));
      }
    }
    List<double[]> lines = arrows(d);
    assertEquals(arrows, lines.size());
    for (double[] l : lines) {
      double along = switch (rankdir) {
        case "TB" -> l[3] - l[1];
        case "BT" -> l[1] - l[3];
        case "LR" -> l[2] - l[0];
        default -> l[0] - l[2];
      };
      assertTrue(along > 0, rankdir + " goes " + along);
    }
  }

  private static int count(String text, String pattern) {
    return (int) Pattern.compile(pattern).matcher(text).results().count();
  }

  private static ModelPlot everything(Model m) {
    return m.plot()
        .showShapes(true)
        .showDtype(true)
        .showLayerNames(true)
        .showLayerActivations(true)
        .showTrainable(true);
  }

  @Test
  void allIsShownThatIsAskedFor() {
    Functional model = Recorded.model();
    String plain = model.plot().toDot();
    assertEquals(9, count(plain, "label=<"));
    assertEquals(9, count(plain, "->"));
    assertFalse(plain.contains("stem") || plain.contains("shape:") || plain.contains("Activation"));
    String all = everything(model).expandNested(true).toDot();
    assertEquals(11, count(all, "label=<")); // inner has 3, chain 1
    assertEquals(11, count(all, "->"));
    assertEquals(2, count(all, "subgraph cluster_"));
    assertTrue(all.contains("<b>stem</b> (Conv2D)"));
    assertTrue(all.contains("Input shape: <b>(None, 8, 8, 1)</b>"));
    assertTrue(all.contains("Input shape: <b>[(None, 5), (None, 5)]</b>"));
    assertTrue(all.contains("Output dtype: <b>float32</b>"));
    assertTrue(all.contains("Activation: <b>tanh</b>"));
    assertEquals(2, count(all, "Non-trainable"));
    assertTrue(all.contains("rankdir=TB;") && all.contains("splines=ortho;"));
    String svg = everything(model).expandNested(true).toSvg();
    for (String told : List.of("inner_conv", "(None, 4, 4, 4)", "softmax", "Non-trainable")) {
      assertTrue(svg.contains(told), told);
    }
  }

  @Test
  void boxesStandApartInAllDirections() throws Exception {
    for (String direction : List.of("TB", "BT", "LR", "RL")) {
      check(everything(Recorded.model()), direction, 9, 9);
      check(everything(Recorded.model()).expandNested(true), direction, 11, 11);
      check(Recorded.model().plot().splines("curved"), direction, 9, 9);
      check(Recorded.model().plot().splines("line"), direction, 9, 9);
    }
  }

  @Test
  void anyGraphIsPlaced() throws Exception {
    Random random = new Random(14);
    for (int k = 0; k < 12; k++) {
      List<Tensor> made = new ArrayList<>();
      KerasTensor in = Input.of(2);
      made.add(in);
      Sequential inner = new Sequential(new Input(2), new Dense(2), new Dense(2));
      int n = 3 + random.nextInt(15);
      for (int i = 0; i < n; i++) {
        Tensor a = made.get(random.nextInt(made.size()));
        Tensor b = made.get(random.nextInt(made.size()));
        made.add(
            a == b || random.nextBoolean()
                ? new Dense(2).invoke(a)
                : new Add().invoke(List.of(a, b)));
      }
      made.add(inner.invoke(made.get(made.size() - 1)));
      Functional model = Model.of(in, made.subList(1, made.size()));
      for (boolean nested : List.of(false, true)) {
        String dot = model.plot().expandNested(nested).toDot();
        check(
            everything(model).expandNested(nested),
            List.of("TB", "LR", "BT", "RL").get(k % 4),
            n + (nested ? 3 : 2),
            count(dot, "->"));
      }
    }
  }

  @Test
  void otherModels(@TempDir Path folder) throws Exception {
    Sequential chain = new Sequential(new Dense(3).name("a<b>&\"c\""), new Dense(2));
    assertThrows(IllegalStateException.class, chain::plot);
    chain.buildFor(org.keras4j.core.Shape.of(-1, 4));
    check(chain.plot().showLayerNames(true), "TB", 2, 1);
    Path svg = folder.resolve("m.svg");
    everything(chain).write(svg);
    assertTrue(Files.readString(svg).contains("a&lt;b&gt;&amp;&quot;c&quot;"));
    everything(chain).write(folder.resolve("m.dot"));
    assertTrue(Files.readString(folder.resolve("m.dot")).startsWith("digraph"));
    assertThrows(IllegalArgumentException.class, () -> chain.plot().write(folder.resolve("m.png")));
    assertThrows(IllegalArgumentException.class, () -> chain.plot().rankdir("XY"));
    assertThrows(IllegalArgumentException.class, () -> chain.plot().splines("zigzag"));
    assertThrows(IllegalArgumentException.class, () -> chain.plot().dpi(0));
    Sequential deep = new Sequential(new Input(4), new Sequential(new Input(4), chain));
    check(deep.plot().expandNested(true), "TB", 2, 1);
    check(deep.plot(), "TB", 1, 0);
  }
}
