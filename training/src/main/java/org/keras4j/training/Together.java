package org.keras4j.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.Collectives;
import org.keras4j.core.spi.CollectivesException;
import org.keras4j.distribution.Distribution;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.data.DataSource;

/**
 * What the processes of a distribution do around the steps that are divided among them: they see that all do the same, begin
 * with the weights and seeds of rank 0, and end together when one of them fails.
 */
final class Together {
  private static final Log LOG = Log.of(Together.class);
  private static final Map<Collectives, ReentrantLock> RUNNING = new WeakHashMap<>();
  private static final int SHOWN = 400;
  private static final long CHUNK = 64 << 20;

  private final Collectives group;

  private Together(Collectives group) {
    this.group = group;
  }

  /** The processes of the distribution in force; null if this one is alone. */
  static @Nullable Together now() {
    Distribution d = Distribution.distribution();
    Collectives c = d == null ? null : d.collectives();
    return c == null || c.size() == 1 ? null : new Together(c);
  }

  /**
   * A call that all processes make: one at a time, and what it throws on one of them ends it on all.
   *
   * @param what the call, for messages
   */
  static <R extends @Nullable Object> R call(String what, Trainer model, Supplier<R> body) {
    Together t = now();
    if (t == null) {
      checkMesh(what, model);
      return body.get();
    }
    ReentrantLock lock;
    synchronized (RUNNING) {
      lock = RUNNING.computeIfAbsent(t.group, k -> new ReentrantLock());
    }
    if (!lock.tryLock()) {
      throw new IllegalStateException(named(model) + ": " + what + " while another thread runs a"
          + " model under the same distribution; processes work together on one call at a time");
    }
    try {
      if (model.runsEagerly()) {
        throw new IllegalStateException(named(model) + ": " + what + " under a distribution over"
            + " processes divides the compiled step; compile the model without runEagerly and"
            + " jitCompile(false)");
      }
      return body.get();
    } catch (RuntimeException | Error e) {
      t.failed(what, e);
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /** Whether steps run on several devices of this process. */
  static boolean isOnMesh() {
    Distribution d = Distribution.distribution();
    return d != null && d.collectives() == null && d.deviceMesh().axes().devices() > 1;
  }

  private static void checkMesh(String what, Trainer model) {
    if (!isOnMesh()) {
      return;
    }
    Distribution d = Objects.requireNonNull(Distribution.distribution());
    String over = named(model) + ": " + what + " under " + d.getClass().getSimpleName() + " over "
        + d.deviceMesh().axes().devices() + " devices (" + d.deviceMesh().axes() + ")";
    Backend backend = Keras.backend();
    if (!backend.dividesPrograms()) {
      throw new IllegalStateException(over + ", and backend '" + backend.name()
          + "' runs a step on one; StepExport writes the step as a program for all of them");
    }
    if (!backend.devices().containsAll(d.deviceMesh().devices())) {
      throw new IllegalStateException(over + ", namely " + d.deviceMesh().devices()
          + ", and backend '" + backend.name() + "' has " + backend.devices()
          + "; StepExport writes the step as a program for devices that are not here");
    }
    if (model.runsEagerly()) {
      throw new IllegalStateException(over + " divides the compiled step; compile the model without"
          + " runEagerly and jitCompile(false)");
    }
  }

  private static String named(Trainer model) {
    return model.getClass().getSimpleName() + " '" + model.name() + "'";
  }

  private void failed(String what, Throwable e) {
    for (Throwable c = e; c != null; c = c.getCause()) {
      if (c instanceof CollectivesException) {
        return; // the others know of it
      }
    }
    try {
      group.abort(what + ": " + e);
    } catch (RuntimeException again) {
      LOG.warn("The other processes could not be told of the failure: " + again);
    }
  }

  /**
   * Sees that all processes are about to do the same.
   *
   * @param facts what must be equal, one on a line
   * @throws CollectivesException if this process differs from rank 0, or another one does
   */
  void agree(String facts) {
    byte[] own = facts.getBytes(StandardCharsets.UTF_8);
    ByteBuffer lengths = memory(8L * group.size());
    group.allGather(memory(8).putLong(0, own.length), lengths);
    long most = 0;
    for (int r = 0; r < group.size(); r++) {
      most = Math.max(most, lengths.getLong(8 * r));
    }
    ByteBuffer all = memory(most * group.size());
    ByteBuffer mine = memory(most);
    mine.put(0, own);
    group.allGather(mine, all);
    String first = text(all, 0, lengths, most);
    for (int r = 1; r < group.size(); r++) {
      String other = text(all, r, lengths, most);
      if (!other.equals(first)) {
        throw new CollectivesException(difference(r, first, other), r, null);
      }
    }
  }

  private static String text(ByteBuffer all, int rank, ByteBuffer lengths, long most) {
    byte[] b = new byte[Math.toIntExact(lengths.getLong(8 * rank))];
    all.get(Math.toIntExact(rank * most), b);
    return new String(b, StandardCharsets.UTF_8);
  }

  private static String difference(int rank, String first, String other) {
    List<String> a = first.lines().toList();
    List<String> b = other.lines().toList();
    int i = 0;
    while (i < Math.min(a.size(), b.size()) && a.get(i).equals(b.get(i))) {
      i++;
    }
    return "The processes do not do the same: rank 0 has " + line(a, i) + ", rank " + rank + " has "
        + line(b, i) + "; all must run the same program on the same data";
  }

  private static String line(List<String> lines, int i) {
    String s = i < lines.size() ? lines.get(i) : "nothing more";
    return "'" + (s.length() > SHOWN ? s.substring(0, SHOWN) + "..." : s) + "'";
  }

  private static ByteBuffer memory(long bytes) {
    return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
  }

  /** The number that rank 0 has. */
  long shared(long value) {
    ByteBuffer b = memory(8).putLong(0, value);
    group.broadcast(b, 0);
    return b.getLong(0);
  }

  /** Has the source give its batches in the order that rank 0 has. */
  void order(DataSource source) {
    Map<String, Object> state = new LinkedHashMap<>(source.state());
    if (state.get("seed") instanceof Number n) {
      long seed = shared(n.longValue());
      if (seed != n.longValue()) {
        state.put("seed", seed);
        source.restore(state);
      }
    }
  }

  /** Waits for all. */
  void barrier() {
    group.barrier();
  }

  /** Whether these processes have shared the model's state before. */
  boolean knows(Trainer model) {
    return model.sharedWith() == group;
  }

  /**
   * Gives all processes the state of rank 0: weights, seeds, the optimizer's and the metrics' variables.
   *
   * @throws CollectivesException if the models differ
   */
  void share(Trainer model) {
    List<Variable> all = new ArrayList<>(model.variables());
    if (model.optimizer() != null) {
      all.addAll(model.optimizer().variables());
    }
    all.addAll(model.metricVariables());
    all.add(SeedGenerator.global().state());
    StringBuilder facts = new StringBuilder(model.getClass().getName());
    for (Variable v : all) {
      // without the numbers that tell layers of one kind apart
      String name = v.path().substring(v.path().lastIndexOf('/') + 1).replaceAll("_[0-9]+", "");
      facts.append('\n').append(name).append(' ').append(v.spec());
    }
    agree(facts.toString());
    int from = 0;
    while (from < all.size()) {
      int to = from + 1;
      long bytes = all.get(from).spec().bytes();
      while (to < all.size() && bytes + all.get(to).spec().bytes() <= CHUNK) {
        bytes += all.get(to++).spec().bytes();
      }
      share(all.subList(from, to), bytes);
      from = to;
    }
    model.setSharedWith(group);
  }

  private void share(List<Variable> some, long bytes) {
    ByteBuffer values = memory(bytes);
    if (group.rank() == 0) {
      some.forEach(v -> values.put(v.value().toNDArray().bytes()));
      values.rewind();
    }
    group.broadcast(values, 0);
    if (group.rank() > 0) {
      for (Variable v : some) {
        NDArray a = NDArray.zeros(v.dtype(), v.shape());
        ByteBuffer to = a.bytes();
        ByteBuffer own = values.slice();
        own.limit(to.remaining());
        values.position(values.position() + to.remaining());
        to.put(own);
        v.assign(ArrayLike.tensor(a));
      }
    }
  }
}
