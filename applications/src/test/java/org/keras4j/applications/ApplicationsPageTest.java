package org.keras4j.applications;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ApplicationsPageTest {
  @Test
  void thePageIsUpToDate() throws Exception {
    Path docs = Path.of("docs");
    for (int i = 0; i < 3 && !Files.isDirectory(docs); i++) {
      docs = Path.of("..").resolve(docs);
    }
    Path page = docs.resolve("applications.md");
    if (Boolean.getBoolean("keras4j.pages.write")) {
      Files.writeString(page, ApplicationsPage.text());
    }
    assertEquals(
        Files.readString(page),
        ApplicationsPage.text(),
        "docs/applications.md is not what ApplicationsPage makes of what Keras builds");
  }
}
