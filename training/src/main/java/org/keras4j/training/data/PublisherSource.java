package org.keras4j.training.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Batches that a {@link Flow.Publisher} sends, to which each epoch subscribes anew. Each element is a {@link Batch}, or inputs
 * alone. A few are asked for at a time, so that the publisher does not run ahead of the training; an epoch ends when the publisher
 * says that it is complete, and its error is the training's.
 */
public final class PublisherSource implements DataSource {
  private static final int ASKED_FOR = 4;

  private final Flow.Publisher<?> publisher;

  /** The elements of a publisher. */
  public PublisherSource(Flow.Publisher<?> publisher) {
    this.publisher = publisher;
  }

  @Override
  public boolean isGroupable() {
    return true;
  }

  @Override
  public Iterator<Batch> iterator() {
    Received received = new Received();
    publisher.subscribe(received);
    return received;
  }

  /** A signal: an element; or the end, with an error or without. */
  private record Signal(@Nullable Object element, @Nullable Throwable error) {}

  private static final class Received
      implements Flow.Subscriber<Object>, Iterator<Batch>, AutoCloseable {
    // no more can wait than was asked for, and the end
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean closed;
    private @Nullable Signal first;

    @Override
    public void onSubscribe(Flow.Subscription s) {
      if (subscription != null || closed) {
        s.cancel();
        return;
      }
      subscription = s;
      s.request(ASKED_FOR);
    }

    @Override
    public void onNext(Object element) {
      signals.add(new Signal(element, null));
    }

    @Override
    public void onError(Throwable error) {
      signals.add(new Signal(null, error));
    }

    @Override
    public void onComplete() {
      signals.add(new Signal(null, null));
    }

    private Signal peek() {
      if (first == null) {
        try {
          first = signals.take();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new CancellationException("Waiting for a batch of a publisher was interrupted");
        }
      }
      return first;
    }

    @Override
    public boolean hasNext() {
      Signal s = peek();
      if (s.error != null) {
        throw Received.<RuntimeException>asIs(s.error);
      }
      return s.element != null;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E asIs(Throwable failure) throws E {
      throw (E) failure;
    }

    @Override
    public Batch next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Object element = peek().element;
      first = null;
      Flow.Subscription s = subscription;
      if (s != null) {
        s.request(1);
      }
      return element instanceof Batch b ? b : Batch.of(java.util.Objects.requireNonNull(element));
    }

    @Override
    public void close() {
      closed = true;
      Flow.Subscription s = subscription;
      if (s != null) {
        s.cancel();
      }
    }
  }
}
