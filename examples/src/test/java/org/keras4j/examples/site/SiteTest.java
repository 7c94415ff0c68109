package org.keras4j.examples.site;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documentation becomes a site, and every link between its pages and to files leads somewhere. */
class SiteTest {
  @TempDir
  Path to;

  @Test
  void everyLinkLeadsSomewhere() throws Exception {
    Path project = Path.of("docs").toAbsolutePath().getParent();
    while (!Files.isDirectory(project.resolve("docs/guides"))) {
      project = project.getParent();
    }
    int pages = Site.write(project, to);
    assertTrue(pages > 30, pages + " pages");
    String index = Files.readString(to.resolve("index.html"));
    assertTrue(index.contains("href=\"docs/index.html\""), index.substring(0, 2000));
    assertTrue(Files.readString(to.resolve("docs/ops.html")).contains("<table>"));
  }
}
