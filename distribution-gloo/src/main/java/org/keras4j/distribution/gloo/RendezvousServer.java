package org.keras4j.distribution.gloo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.keras4j.core.spi.CollectivesException;

/** Rank 0's end of the rendezvous. */
final class RendezvousServer implements Rendezvous {
  private static final int HELLO_MS = 5000;

  private final Group group;
  private final ServerSocket server;
  private final int port;
  private final Duration timeout;
  private final Map<Integer, Line> lines = new ConcurrentHashMap<>();
  private final Set<Integer> stuck = ConcurrentHashMap.newKeySet();
  private final Set<Integer> byes = ConcurrentHashMap.newKeySet();
  private final CountDownLatch allLeft;
  private InetAddress local;
  private int storePort;

  RendezvousServer(Group group, String address, int port, Duration timeout) {
    this.group = group;
    this.port = port;
    this.timeout = timeout;
    this.allLeft = new CountDownLatch(group.size - 1);
    try {
      this.local = InetAddress.getByName(address);
      this.server = new ServerSocket();
      group.add(server);
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(port));
    } catch (IOException e) {
      throw new CollectivesException(
          "Rank 0 cannot listen on port " + port + " of " + address + ": " + e.getMessage()
              + "; does another launch use it?",
          0,
          e);
    }
    gather();
  }

  private void gather() {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (lines.size() < group.size - 1) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        List<Integer> missing = IntStream.range(1, group.size)
            .boxed()
            .filter(r -> !lines.containsKey(r))
            .toList();
        throw refused(
            "Ranks " + missing + " did not come to port " + port + " within " + timeout.toSeconds()
                + " s",
            missing.get(0));
      }
      try {
        server.setSoTimeout((int) Math.min(left, 1000));
        greet(server.accept());
      } catch (SocketTimeoutException e) {
        // the deadline says when to end
      } catch (IOException e) {
        throw refused("Rank 0 cannot listen any more: " + e, 0);
      }
    }
  }

  // a process of this group, of another one, or something else that came to this port
  private void greet(Socket socket) throws IOException {
    Line line = new Line(socket);
    String[] hello;
    try {
      line.patience(HELLO_MS);
      hello = line.read().split(" ", 4);
    } catch (IOException e) {
      line.close();
      return;
    }
    if (hello.length != 4 || !hello[0].equals("keras4j")) {
      line.close();
      return;
    }
    String version = Rendezvous.hello(0, group.size).split(" ", 4)[3];
    int rank = number(hello[1]);
    if (number(hello[2]) != group.size) {
      String why = "Rank " + hello[1] + " was started as one of " + hello[2]
          + " processes, rank 0 as one of " + group.size;
      line.write("no " + why);
      line.close();
      throw refused(why, rank);
    } else if (!hello[3].equals(version)) {
      String why =
          "Rank " + rank + " runs keras4j " + hello[3] + ", rank 0 runs keras4j " + version;
      line.write("no " + why);
      line.close();
      throw refused(why, rank);
    } else if (rank < 1 || rank >= group.size || lines.containsKey(rank)) {
      line.write(
          "no Rank " + hello[1] + " is there already: do two launches use port " + port + "?");
      line.close();
      return;
    }
    line.patience(0);
    local = socket.getLocalAddress();
    lines.put(rank, line);
    group.add(line);
  }

  private static int number(String s) {
    try {
      return Integer.parseInt(s);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private CollectivesException refused(String why, int rank) {
    tell("no " + why, -1);
    return new CollectivesException(why, rank, null);
  }

  private void tell(String what, int except) {
    lines.forEach((r, line) -> {
      try {
        if (r != except) {
          line.write(what);
        }
      } catch (IOException e) {
        // it is gone, which its own thread finds out
      }
    });
  }

  @Override
  public void go(int newStorePort) {
    storePort = newStorePort;
    tell("go " + newStorePort, -1);
    lines.forEach((r, line) -> start("keras4j-rank-" + r, () -> listen(r, line)));
    start("keras4j-rendezvous", this::refuseOthers);
  }

  private static void start(String name, Runnable body) {
    Thread t = new Thread(body, name);
    t.setDaemon(true);
    t.start();
  }

  // processes of another launch
  private void refuseOthers() {
    try {
      server.setSoTimeout(0);
      while (!group.isLeft()) {
        greet(server.accept());
      }
    } catch (IOException | CollectivesException e) {
      // closed, or a launch of another size that was told so
    }
  }

  private void listen(int rank, Line line) {
    try {
      while (true) {
        String s = line.read();
        if (s.equals("bye")) {
          leaves(rank);
          return;
        } else if (s.startsWith("abort ")) {
          failed(rank, "Rank " + rank + " failed: " + s.substring(6));
        } else if (s.startsWith("stuck ")) {
          stuck(rank, s.substring(6));
        }
      }
    } catch (IOException e) {
      failed(
          rank,
          "Rank " + rank + " is lost: its process ended, or the connection to it ("
              + (e instanceof SocketException ? e.getMessage() : "closed") + ")");
      leaves(rank);
    }
  }

  private void leaves(int rank) {
    if (byes.add(rank)) {
      allLeft.countDown();
    }
  }

  private void failed(int rank, String why) {
    if (group.isLeft() || group.failure() != null) {
      return;
    }
    group.fail(rank, why);
    tell("failed " + rank + " " + why, rank);
  }

  // who comes in vain within a moment is not to blame
  private void stuck(int rank, String what) {
    boolean first = stuck.isEmpty();
    stuck.add(rank);
    if (first) {
      start("keras4j-stuck", () -> {
        try {
          Thread.sleep(GRACE);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        Set<Integer> missing = new TreeSet<>();
        IntStream.range(0, group.size).filter(r -> !stuck.contains(r)).forEach(missing::add);
        failed(
            missing.isEmpty() ? -1 : missing.iterator().next(),
            missing.isEmpty()
                ? "All ranks wait in vain in " + what
                : (missing.size() == 1 ? "Rank " + missing.iterator().next() : "Ranks " + missing)
                    + " did not come to " + what + " within " + timeout.toSeconds()
                    + " s: slow, stopped, or in another call");
      });
    }
  }

  @Override
  public int storePort() {
    return storePort;
  }

  @Override
  public InetAddress local() {
    return local;
  }

  @Override
  public void abort(String reason) {
    failed(0, "Rank 0 failed: " + reason);
  }

  @Override
  public void stuck(String what) {
    stuck(0, what);
    group.awaitFailure(2 * GRACE);
  }

  @Override
  public void bye() {
    try {
      allLeft.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    tell("bye", -1);
  }
}
