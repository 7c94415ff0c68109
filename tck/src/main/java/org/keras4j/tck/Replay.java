package org.keras4j.tck;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.TensorScope;

/**
 * Replays recorded cases on the backend in use.
 *
 * <pre>{@code
 * Replay.Summary s = Replay.of(Path.of("dev")).run();
 * }</pre>
 */
public final class Replay {
  private final Corpus corpus;
  private @Nullable String category;
  private @Nullable String name;
  private int part = 1;
  private int parts = 1;
  private Consumer<Outcome> listener = o -> {};
  private int threads = 1;

  private Replay(Corpus corpus) {
    this.corpus = corpus;
  }

  /** A replay of all cases of a folder. */
  public static Replay of(Path folder) {
    return new Replay(Corpus.of(folder));
  }

  /** A replay of the cases that come with the kit. */
  public static Replay builtIn() {
    return new Replay(Corpus.builtIn());
  }

  /** Only one category; null for all. */
  public Replay category(@Nullable String only) {
    this.category = only;
    return this;
  }

  /** Only cases whose name or id contains a text; null for all. */
  public Replay name(@Nullable String part) {
    this.name = part;
    return this;
  }

  /**
   * Only each {@code parts}-th case, so that several processes can share the work.
   *
   * @param part which of them, from 1
   * @throws IllegalArgumentException if there is no such part
   */
  public Replay part(int part, int parts) {
    if (parts < 1 || part < 1 || part > parts) {
      throw new IllegalArgumentException("There is no part " + part + " of " + parts);
    }
    this.part = part;
    this.parts = parts;
    return this;
  }

  /** Told of each case when it is done. */
  public Replay listener(Consumer<Outcome> outcomes) {
    this.listener = outcomes;
    return this;
  }

  /**
   * How many threads play cases at once, 1 by default.
   *
   * @throws IllegalArgumentException if there is not at least one
   */
  public Replay threads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("threads: got " + count + ", expected at least 1");
    }
    this.threads = count;
    return this;
  }

  /** How many cases passed, failed, and were skipped since something is not built. */
  public record Summary(int passed, int failed, int skipped) {
    @Override
    public String toString() {
      return passed + " passed, " + failed + " failed, " + skipped + " skipped";
    }
  }

  /**
   * The cases, without running them.
   *
   * @throws IllegalArgumentException if there is no such category
   */
  public List<Case> cases() throws IOException {
    List<String> all = corpus.categories();
    if (category != null && !all.contains(category)) {
      throw new IllegalArgumentException(
          "There is no category '" + category + "', expected one of " + all);
    }
    List<Case> out = new ArrayList<>();
    int matching = 0;
    for (String c : category == null ? all : List.of(category)) {
      for (Case x : corpus.cases(c)) {
        boolean matches = name == null || x.name().contains(name) || x.id().contains(name);
        if (matches && matching++ % parts == part - 1) {
          out.add(x);
        }
      }
    }
    return out;
  }

  /** Replays them. The listener is called by one thread at a time, in the order they end. */
  public Summary run() throws IOException {
    int[] counts = new int[Outcome.Status.values().length];
    ExecutorService players = Executors.newFixedThreadPool(threads);
    try {
      CompletionService<Outcome> played = new ExecutorCompletionService<>(players);
      List<Future<Outcome>> submitted = new ArrayList<>();
      for (Case c : cases()) {
        submitted.add(played.submit(() -> play(c)));
      }
      for (int i = 0; i < submitted.size(); i++) {
        Outcome o = played.take().get();
        counts[o.status().ordinal()]++;
        listener.accept(o);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The replay was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A case could not be played: " + e.getCause(), e.getCause());
    } finally {
      players.shutdownNow();
    }
    return new Summary(counts[0], counts[1], counts[2]);
  }

  /** Replays one case. */
  public static Outcome play(Case c) {
    try (TensorScope scope = new TensorScope()) {
      List<String> failures = Players.play(c);
      return new Outcome(
          c, failures.isEmpty() ? Outcome.Status.PASSED : Outcome.Status.FAILED, failures);
    } catch (NotBuiltException e) {
      return new Outcome(c, Outcome.Status.SKIPPED, List.of("not built: " + e.getMessage()));
    } catch (RuntimeException e) {
      return new Outcome(c, Outcome.Status.FAILED, List.of(e.toString()));
    }
  }
}
