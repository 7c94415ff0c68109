package org.keras4j.tck;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.tck.pages.CompositesPage;

/** The page of composites says what their constants say. */
@Tag("several-backends")
class CompositesPageTest {
  @Test
  void isMadeFromTheConstants() throws IOException {
    GeneratedPage.require("docs/composites.md", CompositesPage.text());
  }
}
