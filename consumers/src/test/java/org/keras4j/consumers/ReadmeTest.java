package org.keras4j.consumers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The project that the README shows: taken out of it, built in an empty folder by an old Maven, and run. */
class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```(xml|java part)\\n(.*?)```");

  @Test
  void theProjectOfTheReadmeBuildsAndRuns() throws Exception {
    Workshop workshop = new Workshop(Workshop.root().resolve("consumers/target/readme"));
    Path project = workshop.empty("project");
    Matcher m = BLOCK.matcher(Files.readString(Workshop.root().resolve("README.md")));
    String pom = null;
    String program = null;
    while (m.find()) {
      if (m.group(1).equals("xml") && m.group(2).contains("<project")) {
        pom = m.group(2);
      } else if (m.group(2).contains("class First")) {
        program = m.group(2);
      }
    }
    assertTrue(pom != null && program != null, "the README shows a pom.xml and First.java");
    Files.writeString(project.resolve("pom.xml"), pom);
    Path source = Files.createDirectories(project.resolve("src/main/java"));
    Files.writeString(source.resolve("First.java"), program);
    String printed = workshop.maven(project, "-q", "compile", "exec:java");
    assertTrue(printed.contains("predicts (3, 1)"), printed);
  }
}
