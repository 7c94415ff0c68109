package org.keras4j.tck;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.tck.pages.ComponentsPage;

/** The page of layers, losses and their kin says what the code and Keras's own list say. */
@Tag("several-backends")
class ComponentsPageTest {
  @Test
  void isMadeFromTheCode() throws IOException {
    GeneratedPage.require("docs/components.md", ComponentsPage.text());
  }
}
