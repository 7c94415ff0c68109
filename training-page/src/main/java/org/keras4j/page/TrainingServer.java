package org.keras4j.page;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A page in the browser that shows a training while it runs: curves of losses and metrics, histograms of weights and
 * gradients, the model's layers, memory.
 *
 * <pre>{@code
 * try (TrainingServer server = new TrainingServer(8080)) {
 *   System.out.println("look at " + server.uri());
 *   model.fit(x, y, Fit.epochs(20).validationSplit(0.2).callbacks(server.callback()));
 *   server.awaitClose(); // the page stays until the program is stopped
 * }
 * }</pre>
 *
 * <p>It answers requests from this machine alone, unless it is given another address, and only those that were made to a
 * name of this machine, so that no foreign page reads it through a browser. What the page shows cannot be changed over the
 * network. Threads of the server do not keep the JVM from ending.
 */
public final class TrainingServer implements AutoCloseable {
  private static final int MEMORY_MILLIS = 1000;

  private final HttpServer server;
  private final ExecutorService requests;
  private final ScheduledExecutorService clock;
  private final Recorder recorder = new Recorder();
  private final InetSocketAddress address;
  private final Object closed = new Object();
  private boolean isClosed;

  /**
   * Serves to this machine.
   *
   * @param port 0 for any that is free, {@link #port} tells which
   * @throws UncheckedIOException if the port is in use
   */
  public TrainingServer(int port) {
    this(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), List.of());
  }

  /**
   * Serves at an address of one's own, other machines' too perhaps: whoever reaches it sees the training.
   *
   * @param address of this machine
   * @param hosts the names by which the page may be asked for besides those of this machine: {@code "gpu7.example.com"}
   * @throws UncheckedIOException if the port is in use
   */
  public TrainingServer(InetSocketAddress address, List<String> hosts) {
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new UncheckedIOException("TrainingServer: cannot serve at " + address, e);
    }
    this.address = server.getAddress();
    AtomicInteger count = new AtomicInteger();
    requests = Executors.newCachedThreadPool(
        task -> daemon(task, "keras4j-page-" + count.incrementAndGet()));
    clock = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "keras4j-page-clock"));
    server.setExecutor(requests);
    server.createContext("/", new PageHandler(recorder, new HostCheck(this.address, hosts)));
    server.start();
    ScheduledFuture<?> unused = clock.scheduleAtFixedRate(
        () -> recorder.memory(MemoryUse.now()), 0, MEMORY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread t = new Thread(task, name);
    t.setDaemon(true);
    return t;
  }

  /** The port that it serves at. */
  public int port() {
    return address.getPort();
  }

  /** Where to point the browser. */
  public URI uri() {
    InetAddress a = address.getAddress();
    String host = a.isAnyLocalAddress() || a.isLoopbackAddress()
        ? "localhost"
        : a.getHostAddress().contains(":") ? "[" + a.getHostAddress() + "]" : a.getHostAddress();
    return URI.create("http://" + host + ":" + port() + "/");
  }

  /** A callback for {@code fit} that shows that training; the page goes on with the training that began last. */
  public TrainingPage callback() {
    return new TrainingPage(recorder);
  }

  /**
   * Waits until {@link #close} is called, by another thread.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  public void awaitClose() throws InterruptedException {
    synchronized (closed) {
      while (!isClosed) {
        closed.wait();
      }
    }
  }

  /** Ends the server; pages that are open say so. */
  @Override
  public void close() {
    clock.shutdownNow();
    recorder.close();
    server.stop(1); // at most a second, for pages to hear of it
    requests.shutdownNow();
    synchronized (closed) {
      isClosed = true;
      closed.notifyAll();
    }
  }
}
