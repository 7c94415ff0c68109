package org.keras4j.benchmarks;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.keras4j.core.NDArray;
import org.keras4j.data.TensorFlowBatches;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;
import org.keras4j.training.data.Dataset;
import org.keras4j.training.data.IterableSource;
import org.keras4j.training.data.PublisherSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;

/** The same rows as batches that others make. */
final class SyntheticBatches {
  private SyntheticBatches() {}

  static Map<String, DataSource> of(NDArray x, NDArray y, int size) {
    int rows = (int) x.shape().dim(0);
    int batches = (rows + size - 1) / size;
    Map<String, DataSource> out = new LinkedHashMap<>();
    out.put("streams", new IterableSource(() -> batches(x, y, size)));
    for (int workers : new int[] {1, 2}) {
      out.put("dataset_" + workers, new Dataset() {
        @Override
        public int size() {
          return batches;
        }

        @Override
        public Batch get(int index) {
          return batch(x, y, index * size, size);
        }

        @Override
        public boolean isOrdered() {
          return true;
        }

        @Override
        public int workers() {
          return workers;
        }
      });
    }
    out.put("publisher", new PublisherSource(subscriber -> {
      SubmissionPublisher<Batch> p = new SubmissionPublisher<>();
      p.subscribe(subscriber);
      Thread t = new Thread(
          () -> {
            try (p) {
              batches(x, y, size).forEach(p::submit);
            }
          },
          "publisher");
      t.setDaemon(true);
      t.start();
    }));
    out.put("tensorflow", TensorFlowBatches.of((Iterable<List<Operand<?>>>) () -> {
      EagerSession session = EagerSession.create();
      Ops tf = Ops.create(session);
      Iterator<Batch> all = batches(x, y, size).iterator();
      return new Iterator<List<Operand<?>>>() {
        @Override
        public boolean hasNext() {
          if (!all.hasNext()) {
            session.close();
          }
          return all.hasNext();
        }

        @Override
        public List<Operand<?>> next() {
          Batch b = all.next();
          return List.of(
              constant(tf, (NDArray) b.x()), constant(tf, (NDArray) Objects.requireNonNull(b.y())));
        }
      };
    }));
    return out;
  }

  private static Operand<?> constant(Ops tf, NDArray a) {
    return tf.constant(Shape.of(a.shape().toArray()), DataBuffers.of(a.toFloatArray()));
  }

  private static Stream<Batch> batches(NDArray x, NDArray y, int size) {
    return IntStream.iterate(0, i -> i < x.shape().dim(0), i -> i + size)
        .mapToObj(i -> batch(x, y, i, size));
  }

  private static Batch batch(NDArray x, NDArray y, int from, int size) {
    int end = (int) Math.min(x.shape().dim(0), from + (long) size);
    return Batch.of(x.slice(from, end), y.slice(from, end));
  }
}
