package org.keras4j.distribution.gloo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.spi.CollectivesException;

/** The end of the rendezvous of a rank other than 0. */
final class RendezvousClient implements Rendezvous {
  private static final int RETRY_MS = 100;
  private static final int CONNECT_MS = 5000;

  private final Group group;
  private final Line line;
  private final InetAddress local;
  private final Duration timeout;
  private final CountDownLatch left = new CountDownLatch(1);
  private final int storePort;

  RendezvousClient(Group group, String address, int port, Duration timeout) {
    this.group = group;
    this.timeout = timeout;
    long deadline = System.nanoTime() + timeout.toNanos();
    Socket socket = connected(address, port, deadline);
    local = socket.getLocalAddress();
    String answer;
    try {
      line = new Line(socket);
      group.add(line);
      line.patience(Math.max(1, (deadline - System.nanoTime()) / 1_000_000) + GRACE);
      line.write(Rendezvous.hello(group.rank, group.size));
      answer = line.read();
      line.patience(0);
    } catch (IOException e) {
      throw new CollectivesException(
          "Rank 0 at " + address + ":" + port + " did not say that all are there: " + e, 0, e);
    }
    if (!answer.startsWith("go ")) {
      throw new CollectivesException(
          answer.startsWith("no ")
              ? answer.substring(3)
              : "What listens at " + address + ":" + port + " is no rank 0 of keras4j",
          0,
          null);
    }
    storePort = Integer.parseInt(answer.substring(3));
    Thread t = new Thread(this::listen, "keras4j-rank-0");
    t.setDaemon(true);
    t.start();
  }

  // rank 0 may start later
  private static Socket connected(String address, int port, long deadline) {
    @Nullable IOException last = null;
    while (System.nanoTime() < deadline) {
      Socket s = new Socket();
      try {
        s.connect(new InetSocketAddress(address, port), CONNECT_MS);
        return s;
      } catch (IOException e) {
        last = e;
        try {
          s.close();
          Thread.sleep(RETRY_MS);
        } catch (IOException again) {
          last = again;
        } catch (InterruptedException stop) {
          Thread.currentThread().interrupt();
          break;
        }
      }
    }
    throw new CollectivesException(
        "Rank 0 is not to be reached at " + address + ":" + port + ": " + last, 0, last);
  }

  private void listen() {
    boolean bye = false;
    try {
      while (!bye) {
        String s = line.read();
        if (s.startsWith("failed ")) {
          String[] parts = s.split(" ", 3);
          group.fail(Integer.parseInt(parts[1]), parts[2]);
        }
        bye = s.equals("bye");
      }
    } catch (IOException e) {
      group.fail(0, "Rank 0 is lost: its process ended, or the connection to it");
    }
    left.countDown();
  }

  @Override
  public int storePort() {
    return storePort;
  }

  @Override
  public void go(int port) {
    throw new IllegalStateException("Only rank 0 tells of the store");
  }

  @Override
  public InetAddress local() {
    return local;
  }

  private void tell(String what) {
    try {
      line.write(what);
    } catch (IOException e) {
      group.fail(0, "Rank 0 is lost: its process ended, or the connection to it");
    }
  }

  @Override
  public void abort(String reason) {
    tell("abort " + reason);
    group.fail(group.rank, "Rank " + group.rank + " failed: " + reason);
  }

  @Override
  public void stuck(String what) {
    tell("stuck " + what);
    if (group.awaitFailure(2 * GRACE) == null) {
      group.fail(
          0,
          "Rank 0 did not come to " + what + " within " + timeout.toSeconds()
              + " s, and does not answer");
    }
  }

  @Override
  public void bye() {
    tell("bye");
    try {
      left.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
