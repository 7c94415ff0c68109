package org.keras4j.tck.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several devices of one process: the processor shows itself as eight. {@code keras4j.distribution.devices=all} takes all models. */
@Tag("xla")
class SeveralDevicesTest {
  @Test
  void stepsRunOnAllOfThem() throws Exception {
    boolean all = "all".equals(System.getProperty("keras4j.distribution.devices"));
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx512m",
        "-Dkeras4j.backend=xla",
        "-Dkeras4j.xla.devices=8",
        "-Dkeras4j.xla.flags=" + System.getProperty("keras4j.xla.flags", ""),
        "-cp",
        System.getProperty("java.class.path"),
        SeveralDevicesWorker.class.getName()));
    command.addAll(all ? List.of() : List.of("MLP"));
    Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
    p.getOutputStream().close();
    String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, p.waitFor(), said);
  }
}
