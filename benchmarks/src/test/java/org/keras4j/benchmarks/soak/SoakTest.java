package org.keras4j.benchmarks.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;

class SoakTest {
  @TempDir
  private Path folder;

  @ParameterizedTest
  @EnumSource(SoakMode.class)
  void runsAndKeepsItsSamples(SoakMode mode) throws Exception {
    List<MemorySample> seen = new ArrayList<>();
    Soak soak = Soak.run(mode, 5, 100, seen::add);
    assertEquals(seen, soak.samples());
    assertEquals(
        List.of(1L, 2L, 3L, 4L, 5L), seen.stream().map(MemorySample::runs).toList());

    Path csv = folder.resolve("samples.csv");
    soak.writeCsv(csv);
    List<String> lines = Files.readAllLines(csv);
    assertEquals(MemorySample.CSV_HEADER, lines.get(0));
    assertEquals(6, lines.size());
    assertEquals(MemorySample.CSV_HEADER.split(",").length, lines.get(1).split(",").length);

    Soak read = Soak.readCsv(csv);
    assertEquals(soak.samples().size(), read.samples().size());
    assertEquals(soak.samples().get(4).resident(), read.samples().get(4).resident(), 0.06);
    assertEquals(soak.growth(), read.growth(), 0.2);

    Path svg = folder.resolve("samples.svg");
    soak.writeSvg(svg, "a < b");
    Document picture =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
    assertEquals("svg", picture.getDocumentElement().getTagName());
    assertEquals(2, picture.getElementsByTagName("polyline").getLength());
    assertTrue(picture.getDocumentElement().getTextContent().contains("a < b"));
  }
}
