package org.keras4j.tck.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.Keras;
import org.keras4j.core.spi.CollectivesException;
import org.keras4j.core.spi.CollectivesProvider;
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

  /** What rank 0 of two throws when a process says hello, and what that one is answered. */
  private static String[] greeted(String hello) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    CompletableFuture<String> thrown = CompletableFuture.supplyAsync(() -> assertThrows(
            CollectivesException.class,
            () -> ServiceLoader.load(CollectivesProvider.class)
                .findFirst()
                .orElseThrow()
                .connect("127.0.0.1", port, 0, 2, Duration.ofSeconds(3)))
        .getMessage());
    Socket socket = null;
    for (int i = 0; socket == null; i++) {
      try {
        socket = new Socket("127.0.0.1", port);
      } catch (ConnectException e) {
        assertTrue(i < 100, "rank 0 does not listen");
        Thread.sleep(50);
      }
    }
    try (Socket s = socket) {
      s.getOutputStream().write((hello + "\n").getBytes(StandardCharsets.UTF_8));
      BufferedReader in =
          new BufferedReader(new InputStreamReader(s.getInputStream(), StandardCharsets.UTF_8));
      return new String[] {in.readLine(), thrown.get(30, TimeUnit.SECONDS)};
    }
  }

  @Test
  void processesThatDoNotFitAreRefusedOnBothSides() throws Exception {
    String version = Keras.version();
    String size = "Rank 1 was started as one of 3 processes, rank 0 as one of 2";
    assertArrayEquals(new String[] {"no " + size, size}, greeted("keras4j 1 3 " + version));
    String jars = "Rank 1 runs keras4j 0.0.1, rank 0 runs keras4j " + version;
    assertArrayEquals(new String[] {"no " + jars, jars}, greeted("keras4j 1 2 0.0.1"));
    String[] twice = greeted("keras4j 0 2 " + version);
    assertEquals(
        "no Rank 0 is there already: do two launches use port",
        twice[0].replaceFirst(" [0-9]+\\?$", ""));
    assertTrue(twice[1].startsWith("Ranks [1] did not come"), twice[1]);
  }
}
