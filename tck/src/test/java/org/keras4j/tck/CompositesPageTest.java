package org.keras4j.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.tck.pages.Checkout;
import org.keras4j.tck.pages.CompositesPage;

/** The page of composites says what their constants say. */
@Tag("several-backends")
class CompositesPageTest {
  @Test
  void isMadeFromTheConstants() throws IOException {
    Path page = Checkout.file("docs/composites.md");
    assertEquals(
        CompositesPage.text(),
        Files.readString(page),
        "docs/composites.md is not what CompositesPage makes of Composites");
  }
}
