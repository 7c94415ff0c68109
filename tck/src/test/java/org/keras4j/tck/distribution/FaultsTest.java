package org.keras4j.tck.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.distribution.Launcher;

/**
 * What becomes of the others when one process of a training fails. System properties: {@code keras4j.distribution.kills}, how often
 * a process is killed; {@code keras4j.distribution.ranks}, of how many; {@code keras4j.distribution.seed}, which ones and when.
 */
@Tag("pytorch")
class FaultsTest {
  private static final int KILLS = Integer.getInteger("keras4j.distribution.kills", 1);
  private static final int RANKS = Integer.getInteger("keras4j.distribution.ranks", 2);
  private static final int SEED = Integer.getInteger("keras4j.distribution.seed", 1);

  @TempDir
  Path folder;

  @Test
  void whoeverIsKilled() throws Exception {
    Path whole = folder.resolve("whole");
    Launched r =
        Launched.run(RANKS, "fit", whole.toString(), folder.resolve("none").toString(), "-1", "0");
    assertEquals(0, r.code(), r.text());
    Random random = new Random(SEED);
    for (int i = 0; i < KILLS; i++) {
      int victim = random.nextInt(RANKS);
      int batch = 1 + random.nextInt(18);
      String what = "rank " + victim + " killed after batch " + batch;
      Path weights = folder.resolve("weights-" + i);
      Path backup = folder.resolve("backup-" + i);
      Launched killed = Launched.run(
          RANKS,
          "fit",
          weights.toString(),
          backup.toString(),
          Integer.toString(victim),
          Integer.toString(batch));
      assertTrue(killed.code() != 0, what);
      // by each of the others, by itself: none of them was waited for in vain
      assertEquals(
          RANKS - 1,
          killed.text().split("Exception: Rank " + victim + " is lost", -1).length - 1,
          what + ": " + killed.text());
      Launched resumed =
          Launched.run(RANKS, "fit", weights.toString(), backup.toString(), "-1", "0");
      assertEquals(0, resumed.code(), what + ": " + resumed.text());
      assertEquals(Files.readAllLines(whole), Files.readAllLines(weights), what);
    }
  }

  @Test
  void otherModelsAreRefused() throws Exception {
    Launched r = Launched.run(2, "mismatch");
    assertEquals(1, r.code(), r.text());
    assertTrue(r.text().contains("The processes do not do the same"), r.text());
  }

  @Test
  void whoDoesNotComeIsNamed() throws Exception {
    Launched r = Launched.run(2, "late");
    assertEquals(1, r.code(), r.text());
    assertTrue(r.text().contains("Rank 1 did not come to a join of values within 12 s"), r.text());
  }

  @Test
  void twoLaunchesOnOnePort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Launched r = Launched.run(new Launcher(1, Launched.command("mismatch"))
          .nodes(2, 0)
          .master("127.0.0.1", taken.getLocalPort()));
      assertEquals(1, r.code(), r.text());
      assertTrue(r.text().contains("cannot listen on port " + taken.getLocalPort()), r.text());
    }
  }
}
