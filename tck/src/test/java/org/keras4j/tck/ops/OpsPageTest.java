package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Keras;
import org.keras4j.ops.Tree;
import org.keras4j.ops.internal.surface.KerasApi;
import org.keras4j.ops.internal.surface.Surface;
import org.keras4j.tck.GeneratedPage;
import org.keras4j.tck.draws.Draws;
import org.keras4j.tck.draws.OpsPage;

/** The whole surface: Keras's names and arguments, arguments to try each with, and the page of it. */
@Tag("several-backends")
class OpsPageTest {
  private static final String SPACES = "keras\\.(ops|random|activations|tree)\\..*";

  @BeforeEach
  void choose() {
    Keras.setBackend("pytorch");
  }

  @Test
  void allFunctionsOfKerasAreThereWithTheirArguments() {
    List<String> missing = KerasApi.symbols().stream()
        .filter(s -> s.aliasOf() == null && s.kind().equals("function"))
        .map(KerasApi.Symbol::name)
        .filter(n -> n.matches(SPACES) && Surface.find(n) == null)
        .toList();
    assertEquals(List.of(), missing);
    assertEquals(
        List.of(), Surface.drift().stream().filter(d -> d.matches(SPACES)).toList());
    assertNotNull(Tree.MAP_TO_NONE);
  }

  @Test
  void allFunctionsOfTensorsAreTried() {
    List<String> others = Surface.functions().stream()
        .map(f -> f.name())
        .filter(n -> n.matches("keras\\.(ops|random|activations)\\..*"))
        .filter(n -> !Draws.functions().contains(n))
        .toList();
    assertEquals(
        Stream.of("deserialize", "get", "serialize")
            .map(n -> "keras.activations." + n)
            .toList(),
        others);
  }

  @Test
  void thePageIsUpToDate() throws Exception {
    GeneratedPage.require("docs/ops.md", OpsPage.text());
  }
}
