package org.keras4j.tck.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training in several processes over Gloo: {@code keras4j.distribution.steps} tells how many steps of the loss curves are compared. */
class ProcessesTest {
  private static final int STEPS = Integer.getInteger("keras4j.distribution.steps", 12);
  private static final boolean LONG = STEPS > 12;

  @TempDir
  Path folder;

  @Test
  void lossCurves() throws Exception {
    for (int n : LONG ? new int[] {2, 4} : new int[] {2}) {
      Path file = folder.resolve("losses-" + n);
      Launched r = Launched.run(
          n, "curve", file.toString(), Integer.toString(STEPS), "MLP", "CONVNET", "TRANSFORMER");
      assertEquals(0, r.code(), r.text());
      List<String> lines = Files.readAllLines(file);
      int at = 0;
      for (Curves c : List.of(Curves.MLP, Curves.CONVNET, Curves.TRANSFORMER)) {
        for (double alone : c.losses(c.model(), STEPS)) {
          String[] got = lines.get(at++).split(" ");
          assertEquals(c.name(), got[0]);
          assertEquals(alone, Double.parseDouble(got[1]), 1e-5 * alone, c + " of " + n);
        }
      }
      assertEquals("backend " + System.getProperty("keras4j.backend", "pytorch"), lines.get(at));
    }
  }
}
