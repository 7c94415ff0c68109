package org.keras4j.core.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorsTest {
  @TempDir
  Path folder;

  /** Eight processors, two of each core; the machine's list may name more than there are. */
  private Path machine(String allowed) throws IOException {
    for (int i = 0; i < 8; i++) {
      Path topology = Files.createDirectories(folder.resolve("cpu" + i + "/topology"));
      Files.writeString(topology.resolve("thread_siblings_list"), i % 4 + "," + (i % 4 + 4) + "\n");
    }
    return Files.writeString(
        folder.resolve("status"), "Name:\tjava\nCpus_allowed_list:\t" + allowed + "\n");
  }

  @Test
  void hyperthreadsOfACoreCountOnce() throws IOException {
    assertEquals(4, Processors.cores(machine("0-7"), folder, 8));
    assertEquals(4, Processors.cores(machine("0-31"), folder, 8));
  }

  @Test
  void aContainersShareIsHeeded() throws IOException {
    assertEquals(2, Processors.cores(machine("0-7"), folder, 2));
    assertEquals(3, Processors.cores(machine("1-2,5,7"), folder, 8));
  }

  @Test
  void withoutSuchFilesTheJvmsCountIsTaken() throws IOException {
    assertEquals(6, Processors.cores(folder.resolve("status"), folder, 6));
    Files.writeString(folder.resolve("status"), "Name:\tjava\n");
    assertEquals(6, Processors.cores(folder.resolve("status"), folder, 6));
    assertTrue(Processors.cores() >= 1);
  }

  @Test
  void aShareIsToldWhereSomethingElseLimitsThem() throws IOException {
    assertEquals(0, Processors.share(machine("0-7"), folder, 8));
    assertEquals(0, Processors.share(machine("0-31"), folder, 8));
    assertEquals(0, Processors.share(machine("1-2"), folder, 2));
    assertEquals(2, Processors.share(machine("0-7"), folder, 2));
    assertEquals(0, Processors.share(folder.resolve("nowhere"), folder, 2));
  }
}
