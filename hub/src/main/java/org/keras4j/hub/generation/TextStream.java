package org.keras4j.hub.generation;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * What a language model writes, piece by piece as it comes: each piece is one or more whole characters. To stop early, close
 * it. Not for several threads.
 *
 * <pre>{@code
 * try (TextStream text = model.stream("Once upon a time", Generation.maxNewTokens(50))) {
 *   text.forEachRemaining(System.out::print);
 * }
 * }</pre>
 */
public final class TextStream implements Iterator<String>, AutoCloseable {
  private final Continuation continuation;
  private final Decoding decoding;
  private @Nullable String next;
  private boolean closed;

  TextStream(Continuation continuation, Decoding decoding) {
    this.continuation = continuation;
    this.decoding = decoding;
  }

  @Override
  public boolean hasNext() {
    while (next == null && !closed && !continuation.isEnded()) {
      List<String> pieces = decoding.next();
      next = pieces.get(0).isEmpty() ? null : pieces.get(0);
    }
    if (next == null) {
      close();
    }
    return next != null;
  }

  @Override
  public String next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("The text has ended");
    }
    String out = next;
    next = null;
    return out;
  }

  /** What was generated so far. */
  public Generated result() {
    return continuation.result();
  }

  /** Frees the memory of the cache; nothing follows. */
  @Override
  public void close() {
    closed = true;
    decoding.close();
  }
}
