package org.keras4j.hub.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.context.Context;
import org.keras4j.hub.decoder.KeyValueCache;

/**
 * Continues the texts of many callers at once with one model: each step serves all that are under way, and a new one joins as
 * soon as another has ended (continuous batching). A text is continued as it would be alone: what others ask for at the same time
 * does not matter.
 *
 * <pre>{@code
 * try (var service = new GenerationService(model, 8, 2048)) {
 *   CompletableFuture<Generated> one = service.submit("Once upon a time", Generation.maxNewTokens(100));
 *   CompletableFuture<Generated> other = service.submit("The cat", Generation.maxNewTokens(20).topK(5));
 *   System.out.println(one.join().text() + other.join().text());
 * }
 * }</pre>
 */
public final class GenerationService implements AutoCloseable {
  private record Request(
      Continuation text,
      long seed,
      @Nullable Consumer<String> listener,
      CompletableFuture<Generated> result) {
    void add(int token) {
      String fresh = text.add(token);
      if (listener != null && !fresh.isEmpty()) {
        listener.accept(fresh);
      }
      if (text.isEnded()) {
        result.complete(text.result());
      }
    }
  }

  private final CausalLM model;
  private final DecodingSteps steps;
  private final int length;
  private final @Nullable Request[] active;
  private final BlockingQueue<Request> waiting = new LinkedBlockingQueue<>();
  private final Thread worker;
  private volatile boolean closed;
  private @Nullable KeyValueCache cache;

  /**
   * Starts a service, and a thread for it.
   *
   * @param model with a tokenizer; its weights stay as they are while the service runs
   * @param slots how many texts are continued at once, 1 or more
   * @param length the most tokens of a text, those given and those generated
   * @throws IllegalArgumentException if a number is below 1, or the model takes no texts so long
   */
  public GenerationService(CausalLM model, int slots, int length) {
    this.model = model;
    this.steps = model.steps();
    Integer most = model.backbone().maxLength();
    if (slots < 1 || length < 2 || most != null && length > most) {
      throw new IllegalArgumentException("GenerationService: expected 1 slot or more, and a length"
          + " from 2 " + (most == null ? "on" : "to " + most) + ", got " + slots + " and "
          + length);
    }
    this.length = length;
    this.active = new Request[slots];
    this.worker = new Thread(Context.current().wrap((Runnable) this::run), "keras4j-generation");
    worker.setDaemon(true);
    worker.start();
  }

  /**
   * Asks for what follows a text.
   *
   * @param prompt the text
   * @param options how it goes on; without an assistant, with one beam and without a contrastive search
   * @return what follows, once it is there; cancelling it ends the generation
   * @throws IllegalArgumentException if the text has no tokens, or as many as the length of the service
   * @throws IllegalStateException if the service is closed, or the model has no tokenizer
   */
  public CompletableFuture<Generated> submit(String prompt, Generation options) {
    return submit(prompt, options, null);
  }

  /**
   * Asks for what follows a text, told piece by piece.
   *
   * @param prompt the text
   * @param options how it goes on; without an assistant, with one beam and without a contrastive search
   * @param listener called with each piece as it comes, in the service's thread; null for none. Where it throws, its text ends
   *     with that failure
   * @return what follows, once it is there; cancelling it ends the generation
   * @throws IllegalArgumentException if the text has no tokens, or as many as the length of the service
   * @throws IllegalStateException if the service is closed, or the model has no tokenizer
   */
  public CompletableFuture<Generated> submit(
      String prompt, Generation options, @Nullable Consumer<String> listener) {
    if (options.alone()) {
      throw new IllegalArgumentException(
          "GenerationService: takes no options with an assistant, several beams or a contrastive"
              + " search");
    }
    Continuation text = model.continuation(model.tokens(prompt), options, length);
    Request r = new Request(text, CausalLM.seed(options), listener, new CompletableFuture<>());
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("GenerationService: is closed");
      }
      waiting.add(r);
    }
    return r.result;
  }

  private void run() {
    try {
      while (!closed) {
        if (Arrays.stream(active).allMatch(Objects::isNull)) {
          admit(waiting.take());
        }
        Request next = free() < 0 ? null : waiting.poll();
        while (next != null) {
          admit(next);
          next = free() < 0 ? null : waiting.poll();
        }
        step();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      fail(new CancellationException("The GenerationService was closed"));
      if (cache != null) {
        cache.close();
      }
    }
  }

  private int free() {
    return Arrays.asList(active).indexOf(null);
  }

  // reads the text given into a cache of its own, and then that into a slot
  private void admit(Request r) {
    int row = free();
    int[] prompt = r.text.prompt();
    int time = Math.min(Decoding.bucket(prompt.length, steps.backbone().maxLength()), length);
    try {
      steps.follow();
      try (KeyValueCache own = KeyValueCache.of(steps.backbone(), 1, length)) {
        int[][] tokens = {Arrays.copyOf(prompt, time)};
        int[] next = steps.run(
            own,
            tokens,
            new int[] {prompt.length},
            TokenSampler.arguments(List.of(r.text.row(r.seed, 0))),
            false);
        if (cache == null) {
          cache = KeyValueCache.of(steps.backbone(), active.length, length);
        }
        steps.insert(cache, own, row);
        cache.setLengthOf(row, prompt.length);
        active[row] = r;
        take(row, next[0]);
      }
    } catch (RuntimeException | Error e) {
      r.result.completeExceptionally(e);
      active[row] = null;
    }
  }

  private void take(int row, int token) {
    Request r = Objects.requireNonNull(active[row]);
    try {
      r.add(token);
    } catch (RuntimeException e) { // of the listener
      r.result.completeExceptionally(e);
    }
    if (r.result.isDone()) {
      active[row] = null;
    }
  }

  private void step() {
    if (cache == null || Arrays.stream(active).allMatch(Objects::isNull)) {
      return;
    }
    int n = active.length;
    int[][] tokens = new int[n][];
    int[] counts = new int[n];
    List<TokenSampler.Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Request r = active[i];
      tokens[i] = new int[] {r == null ? 0 : r.text.last()};
      counts[i] = 1;
      rows.add(
          r == null ? new TokenSampler.Row(Generation.defaults(), 0, 0) : r.text.row(r.seed, 0));
    }
    try {
      int[] next = steps.run(cache, tokens, counts, TokenSampler.arguments(rows), false);
      for (int i = 0; i < n; i++) {
        if (active[i] != null) {
          cache.setLengthOf(i, cache.lengthOf(i) + 1);
          take(i, next[i]);
        }
      }
    } catch (RuntimeException | Error e) {
      fail(e);
      cache = null;
    }
  }

  private void fail(Throwable why) {
    for (int i = 0; i < active.length; i++) {
      Request r = active[i];
      if (r != null) {
        r.result.completeExceptionally(why);
        active[i] = null;
      }
    }
    if (closed) {
      waiting.forEach(r -> r.result.completeExceptionally(why));
    }
  }

  /** Ends the service; texts that are under way end with a {@link CancellationException}. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    worker.interrupt();
    boolean interrupted = false;
    while (worker.isAlive() && worker != Thread.currentThread()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
