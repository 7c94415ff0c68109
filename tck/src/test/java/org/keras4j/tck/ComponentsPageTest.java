package org.keras4j.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.tck.pages.Checkout;
import org.keras4j.tck.pages.ComponentsPage;

/** The page of layers, losses and their kin says what the code and Keras's own list say. */
@Tag("several-backends")
class ComponentsPageTest {
  @Test
  void isMadeFromTheCode() throws IOException {
    Path page = Checkout.file("docs/components.md");
    if (Boolean.getBoolean("keras4j.pages.write")) {
      ComponentsPage.main(new String[] {page.toString()});
    }
    assertEquals(
        ComponentsPage.text(),
        Files.readString(page),
        "docs/components.md is not what ComponentsPage makes of the code");
  }
}
