package org.keras4j.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportStableHloTest {
  @Test
  void theProgramGivesWhatTheModelGives(@TempDir Path dir) throws IOException {
    Path folder = dir.resolve("exported");
    double worst = ExportStableHlo.run(folder);
    assertTrue(worst < 1e-5, "differs by " + worst);
    assertTrue(Files.exists(folder.resolve("expected.npy")));
  }
}
