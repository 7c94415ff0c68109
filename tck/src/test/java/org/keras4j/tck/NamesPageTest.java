package org.keras4j.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.tck.pages.Differences;
import org.keras4j.tck.pages.NamesPage;

/** Every public name of Keras and every argument is here, or the table of names says why not; and the page says so. */
@Tag("several-backends")
class NamesPageTest {
  @Test
  void everyNameOfKerasIsAccountedFor() {
    Differences all = Differences.compare();
    assertEquals(990, all.names());
    assertEquals(
        List.of(),
        all.problems(),
        "keras-names.tsv of org.keras4j.tck.pages is to be changed; then NamesPage writes the"
            + " page");
  }

  @Test
  void thePageIsMadeFromTheCode() throws IOException {
    GeneratedPage.require("docs/names.md", NamesPage.text());
  }
}
