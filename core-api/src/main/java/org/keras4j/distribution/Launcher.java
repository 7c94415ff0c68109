package org.keras4j.distribution;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts a command several times on this machine, each time as another rank: the environment tells {@code MASTER_ADDR}, {@code
 * MASTER_PORT}, {@code RANK}, {@code WORLD_SIZE}, {@code LOCAL_RANK} and {@code LOCAL_WORLD_SIZE}, which {@link
 * Distribution#initialize()} reads. Unless {@code OMP_NUM_THREADS} is set, the processors are shared out among the ranks.
 *
 * <pre>{@code
 * int code = new Launcher(4, List.of("java", "-cp", "app.jar:lib/*", "my.Training")).run();
 * }</pre>
 */
public final class Launcher {
  private final int processes;
  private final List<String> command;
  private int nodes = 1;
  private int node;
  private String masterAddress = "127.0.0.1";
  private int masterPort;
  private Duration grace = Duration.ofSeconds(20);

  /**
   * For one machine.
   *
   * @param processes how many ranks are started here
   * @param command the program and its arguments
   * @throws IllegalArgumentException if there is no process or no command
   */
  public Launcher(int processes, List<String> command) {
    if (processes < 1 || command.isEmpty()) {
      throw new IllegalArgumentException(
          "Launcher: expected at least one process and a command, got " + processes + " and "
              + command);
    }
    this.processes = processes;
    this.command = List.copyOf(command);
  }

  /**
   * One of several machines, each of which starts as many processes.
   *
   * @param count how many machines there are
   * @param number of this one, from 0; rank 0 runs on 0
   * @return this launcher
   */
  public Launcher nodes(int count, int number) {
    if (count < 1 || number < 0 || number >= count) {
      throw new IllegalArgumentException(
          "Launcher: node " + number + " of " + count + "; nodes count from 0");
    }
    this.nodes = count;
    this.node = number;
    return this;
  }

  /**
   * Where rank 0 listens.
   *
   * @param address the name or number of its machine; this one by default
   * @param port a port there; 0, the default, takes a free one, which only one machine can do
   * @return this launcher
   */
  public Launcher master(String address, int port) {
    this.masterAddress = address;
    this.masterPort = port;
    return this;
  }

  /**
   * How long the others may take to end once one of them failed; then they are destroyed.
   *
   * @param value 20 seconds by default
   * @return this launcher
   */
  public Launcher grace(Duration value) {
    this.grace = value;
    return this;
  }

  private record Ended(int rank, int code) {}

  /**
   * Runs the command as all ranks of this machine, until all have ended. What rank 0 prints comes out as it is, what others
   * print with their rank in front.
   *
   * @return 0 if all succeeded, else the exit code of the one that failed first
   * @throws IOException if the command cannot be started
   */
  public int run() throws IOException, InterruptedException {
    return run(System.out, System.err);
  }

  /**
   * Likewise.
   *
   * @param out where the ranks' standard output goes
   * @param err where their standard error goes, and which rank failed
   * @return 0, or the exit status of the rank that failed first
   */
  public int run(PrintStream out, PrintStream err) throws IOException, InterruptedException {
    int port = masterPort;
    if (port == 0) {
      if (nodes > 1) {
        throw new IllegalArgumentException(
            "Launcher: several machines need a port that all know; give master(address, port)");
      }
      try (ServerSocket s = new ServerSocket(0)) {
        port = s.getLocalPort();
      }
    }
    LinkedBlockingQueue<Ended> ends = new LinkedBlockingQueue<>();
    List<Process> all = new ArrayList<>();
    List<Thread> readers = new ArrayList<>();
    Thread hook = new Thread(() -> all.forEach(Process::destroy));
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      for (int local = 0; local < processes; local++) {
        int rank = node * processes + local;
        Process p = start(rank, local, port);
        all.add(p);
        readers.add(copy(p.getInputStream(), out, rank));
        readers.add(copy(p.getErrorStream(), err, rank));
        var unused = p.onExit().thenAccept(e -> ends.add(new Ended(rank, e.exitValue())));
      }
      int code = watch(all, ends, err);
      for (Thread t : readers) {
        t.join(grace.toMillis());
      }
      return code;
    } finally {
      all.forEach(Process::destroyForcibly);
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // it is running
      }
    }
  }

  private int watch(List<Process> all, LinkedBlockingQueue<Ended> ends, PrintStream err)
      throws InterruptedException {
    int code = 0;
    long deadline = Long.MAX_VALUE;
    for (int n = 0; n < all.size(); n++) {
      @Nullable
      Ended e = ends.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (e == null) {
        all.forEach(Process::destroyForcibly);
        e = ends.take();
      }
      if (e.code != 0 && code == 0) {
        code = e.code;
        deadline = System.nanoTime() + grace.toNanos();
        err.println("keras4j launch: rank " + e.rank
            + (e.code > 128
                ? " was killed by signal " + (e.code - 128)
                : " ended with code " + e.code));
      }
    }
    return code;
  }

  private Process start(int rank, int local, int port) throws IOException {
    ProcessBuilder b = new ProcessBuilder(command)
        .redirectInput(ProcessBuilder.Redirect.from(new java.io.File(
            System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null")));
    Map<String, String> e = b.environment();
    e.put("MASTER_ADDR", masterAddress);
    e.put("MASTER_PORT", Integer.toString(port));
    e.put("RANK", Integer.toString(rank));
    e.put("WORLD_SIZE", Integer.toString(nodes * processes));
    e.put("LOCAL_RANK", Integer.toString(local));
    e.put("LOCAL_WORLD_SIZE", Integer.toString(processes));
    e.putIfAbsent(
        "OMP_NUM_THREADS",
        Integer.toString(Math.max(1, Runtime.getRuntime().availableProcessors() / processes)));
    return b.start();
  }

  private static Thread copy(InputStream from, PrintStream to, int rank) {
    Thread t = new Thread(
        () -> {
          try (BufferedReader r =
              new BufferedReader(new InputStreamReader(from, Charset.defaultCharset()))) {
            if (rank == 0) {
              char[] some = new char[8192];
              for (int n = r.read(some); n >= 0; n = r.read(some)) {
                to.print(new String(some, 0, n));
                to.flush();
              }
            } else {
              for (String line = r.readLine(); line != null; line = r.readLine()) {
                to.println("[rank " + rank + "] " + line);
              }
            }
          } catch (IOException e) {
            // the process was destroyed
          }
        },
        "keras4j-output-" + rank);
    t.setDaemon(true);
    t.start();
    return t;
  }
}
