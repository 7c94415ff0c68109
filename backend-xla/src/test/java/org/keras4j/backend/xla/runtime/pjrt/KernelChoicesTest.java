package org.keras4j.backend.xla.runtime.pjrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.backend.xla.runtime.XlaException;

class KernelChoicesTest {
  @Test
  void areKeptBesideProgramsOfGpus(@TempDir Path cache) {
    KernelChoices c = new KernelChoices(cache, true);
    String place = cache.resolve("kernels").toString();
    assertEquals(Map.of("a", "1", KernelChoices.FLAG, place), c.flags(Map.of("a", "1")));
    assertTrue(Files.isDirectory(cache.resolve("kernels")));
    Map<String, String> own = Map.of(KernelChoices.FLAG, "/elsewhere");
    assertEquals(own, c.flags(own));
    assertEquals(Map.of(), new KernelChoices(cache, false).flags(Map.of()));
    assertEquals(Map.of(), new KernelChoices(null, true).flags(Map.of()));
  }

  @Test
  void aPluginThatDoesNotKnowThemIsAskedOnce(@TempDir Path cache) {
    KernelChoices c = new KernelChoices(cache, true);
    assertFalse(c.isRefusal(new XlaException(XlaException.Code.INTERNAL, "out of luck")));
    assertEquals(1, c.flags(Map.of()).size());
    XlaException e = new XlaException(
        XlaException.Code.INVALID_ARGUMENT, "No such compile option: '" + KernelChoices.FLAG + "'");
    assertTrue(c.isRefusal(e));
    assertEquals(Map.of(), c.flags(Map.of()));
    assertFalse(c.isRefusal(e));
  }
}
