package org.keras4j.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is known of the training that the page shows, and who listens to what is new. */
final class Recorder {
  private static final int POINTS = 4000;
  private static final int LAYERS_OF_TIME = 40;
  private static final int LISTENERS = 32;
  private static final int WAITING = 1000;
  private static final String END = "";

  private final ObjectMapper json = new ObjectMapper();
  private final List<Listener> listeners = new ArrayList<>();
  private final Thinned epochs = new Thinned(POINTS);
  private final Thinned batches = new Thinned(POINTS);
  private final Thinned histograms = new Thinned(LAYERS_OF_TIME);
  private final Thinned memory = new Thinned(POINTS);
  private Map<String, Object> run = Map.of();
  private @Nullable String graph;
  private boolean closed;

  /** Rows in order of time; when there are too many, every other one goes, and of new ones so many are left out. */
  private static final class Thinned {
    private final int most;
    private List<Object> rows = new ArrayList<>();
    private int stride = 1;
    private int skipped;

    Thinned(int most) {
      this.most = most;
    }

    boolean add(Object row) {
      skipped++;
      if (skipped < stride) {
        return false;
      }
      skipped = 0;
      if (rows.size() == most) {
        List<Object> left = new ArrayList<>();
        for (int i = 1; i < rows.size(); i += 2) {
          left.add(rows.get(i));
        }
        rows = left;
        stride *= 2;
      }
      rows.add(row);
      return true;
    }

    void clear() {
      rows.clear();
      stride = 1;
      skipped = 0;
    }
  }

  /** One page that is open. */
  static final class Listener {
    private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(WAITING);

    /** The next event; a comment after so many seconds without one, null at the end. */
    @Nullable
    String next(int seconds) throws InterruptedException {
      String event = queue.poll(seconds, TimeUnit.SECONDS);
      return event == null ? ": nothing new\n\n" : event.equals(END) ? null : event;
    }
  }

  /** Takes up a page, which is told all that is known first; null if there are too many. */
  synchronized @Nullable Listener listen() {
    if (listeners.size() >= LISTENERS || closed) {
      return null;
    }
    Listener l = new Listener();
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("run", run);
    state.put("graph", graph != null);
    state.put("epochs", epochs.rows);
    state.put("batches", batches.rows);
    state.put("histograms", histograms.rows);
    state.put("memory", memory.rows);
    l.queue.add(event("state", state));
    listeners.add(l);
    return l;
  }

  synchronized void forget(Listener l) {
    listeners.remove(l);
  }

  /** A training begins: what was shown before goes, but for the memory. */
  synchronized void begin(Map<String, Object> newRun, @Nullable String newGraph) {
    run = newRun;
    graph = newGraph;
    epochs.clear();
    batches.clear();
    histograms.clear();
    tell("begin", Map.of("run", run, "graph", graph != null));
  }

  /** The model's drawing is known. */
  synchronized void graph(String svg, Map<String, Object> newRun) {
    graph = svg;
    run = newRun;
    tell("model", run);
  }

  synchronized @Nullable String graph() {
    return graph;
  }

  synchronized void epoch(Map<String, Object> row) {
    add("epoch", epochs, row);
  }

  synchronized void batch(Map<String, Object> row) {
    add("batch", batches, row);
  }

  synchronized void histogram(Map<String, Object> row) {
    add("histogram", histograms, row);
  }

  synchronized void memory(Map<String, Object> row) {
    add("memory", memory, row);
  }

  synchronized void end(Map<String, Object> newRun) {
    run = newRun;
    tell("end", run);
  }

  private void add(String name, Thinned rows, Map<String, Object> row) {
    if (rows.add(row)) {
      tell(name, row);
    }
  }

  // a page that does not keep up is cut off; its browser asks anew, and is told all again
  private void tell(String name, Object data) {
    if (listeners.isEmpty()) {
      return;
    }
    String event = event(name, data);
    listeners.removeIf(l -> {
      boolean taken = l.queue.offer(event);
      if (!taken) {
        l.queue.clear();
        l.queue.add(END);
      }
      return !taken;
    });
  }

  private String event(String name, Object data) {
    try {
      return "event: " + name + "\ndata: " + json.writeValueAsString(data) + "\n\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // numbers, strings, lists and maps alone
    }
  }

  synchronized void close() {
    closed = true;
    tell("close", Map.of());
    listeners.forEach(l -> {
      if (!l.queue.offer(END)) {
        l.queue.clear();
        l.queue.add(END);
      }
    });
  }
}
