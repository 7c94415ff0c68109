package org.keras4j.layers.preprocessing;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;

/** What {@code adapt} of preprocessing layers takes: one array, or batches. */
final class AdaptData {
  private AdaptData() {}

  /**
   * Gives the batches to a consumer, one after the other, for all of them may be more than memory holds: an array, tensor or list of
   * numbers or strings is one; a list of arrays, tensors or batches, any other iterable, an iterator, a stream, what a
   * supplier gives and a source of a training are several. A batch that is an object array counts by its first element, one
   * of a training by its inputs.
   *
   * @param label of the layer, for messages
   * @throws IllegalArgumentException if a batch has several inputs
   */
  static void each(String label, @Nullable Object data, Consumer<Object> to) {
    if (data instanceof Supplier<?> s) {
      each(label, s.get(), to);
    } else if (data instanceof Stream<?> s) {
      try (s) {
        s.iterator().forEachRemaining(b -> to.accept(input(label, b)));
      }
    } else if (data instanceof Adapting.Source s) {
      all(s.inputs().iterator(), x -> to.accept(single(label, x)));
    } else if (data instanceof List<?> l && (l.isEmpty() || !isBatch(l.get(0)))) {
      to.accept(l);
    } else if (data instanceof Iterable<?> i) {
      all(i.iterator(), b -> to.accept(input(label, b)));
    } else if (data instanceof Iterator<?> i) {
      i.forEachRemaining(b -> to.accept(input(label, b))); // whose it is closes it
    } else if (data instanceof Flow.Publisher) {
      throw new IllegalArgumentException(
          label + ": adapt: a publisher is given as new PublisherSource(publisher)");
    } else if (data == null) {
      throw new IllegalArgumentException(label + ": adapt: expected data, got null");
    } else {
      to.accept(data instanceof Adapting.Inputs ? input(label, data) : data);
    }
  }

  private static void all(Iterator<?> batches, Consumer<Object> to) {
    try (Ending end = () -> close(batches)) {
      batches.forEachRemaining(to);
    }
  }

  private interface Ending extends AutoCloseable {
    @Override
    void close();
  }

  private static void close(Iterator<?> batches) {
    if (batches instanceof AutoCloseable c) {
      try {
        c.close();
      } catch (Exception e) {
        throw new IllegalStateException("The data source could not be closed", e);
      }
    }
  }

  private static boolean isArray(Object x) {
    return x instanceof Tensor || x instanceof NDArray;
  }

  private static boolean isBatch(Object x) {
    return isArray(x) || x instanceof Adapting.Inputs;
  }

  private static Object input(String label, Object batch) {
    if (batch instanceof Object[] o && o.length > 0 && isArray(o[0])) {
      return o[0];
    }
    return batch instanceof Adapting.Inputs b ? single(label, b.x()) : batch;
  }

  private static Object single(String label, Object x) {
    List<?> inputs = x instanceof Map<?, ?> m
        ? List.copyOf(m.values())
        : x instanceof List<?> l && !l.isEmpty() && isArray(l.get(0)) ? l : List.of(x);
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(
          label + ": adapt: expected batches with one input, got one with " + inputs.size()
              + "; take one of them, by DataPipeline.of(source).map for instance");
    }
    return inputs.get(0);
  }
}
