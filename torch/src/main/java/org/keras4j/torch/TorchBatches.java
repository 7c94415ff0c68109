package org.keras4j.torch;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Example;
import org.bytedeco.pytorch.ExampleIterator;
import org.bytedeco.pytorch.ExampleVector;
import org.bytedeco.pytorch.ExampleVectorIterator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.keras4j.backend.pytorch.PyTorch;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;

/**
 * The batches of a data loader of libtorch, for {@code fit}, {@code evaluate} and {@code predict} on any backend. Each epoch begins
 * the loader anew; what it shuffles, it shuffles.
 *
 * <pre>{@code
 * model.fit(TorchBatches.of(loader::begin, loader::end), Fit.epochs(3));
 * }</pre>
 */
public final class TorchBatches implements DataSource {
  private final Supplier<Examples> opener;

  private TorchBatches(Supplier<Examples> opener) {
    this.opener = opener;
  }

  /** What both kinds of iterators do. */
  private interface Examples {
    boolean hasNext();

    Batch current();

    void advance();
  }

  /**
   * Batches of single examples, as loaders give them that do not stack: their tensors are stacked along a new first axis.
   *
   * @param begin the loader's {@code begin}, which each epoch calls
   * @param end its {@code end}
   * @return the data
   */
  public static TorchBatches of(
      Supplier<ExampleVectorIterator> begin, Supplier<ExampleVectorIterator> end) {
    return new TorchBatches(() -> {
      ExampleVectorIterator it = begin.get();
      ExampleVectorIterator last = end.get();
      return new Examples() {
        @Override
        public boolean hasNext() {
          return !it.equals(last);
        }

        @Override
        public Batch current() {
          return stacked(it.access());
        }

        @Override
        public void advance() {
          it.increment();
        }
      };
    });
  }

  /**
   * Batches that are stacked already.
   *
   * @param begin the loader's {@code begin}, which each epoch calls
   * @param end its {@code end}
   * @return the data
   */
  public static TorchBatches stacked(
      Supplier<ExampleIterator> begin, Supplier<ExampleIterator> end) {
    return new TorchBatches(() -> {
      ExampleIterator it = begin.get();
      ExampleIterator last = end.get();
      return new Examples() {
        @Override
        public boolean hasNext() {
          return !it.equals(last);
        }

        @Override
        public Batch current() {
          Example e = it.access();
          return Batch.of(array(e.data()), array(e.target()));
        }

        @Override
        public void advance() {
          it.increment();
        }
      };
    });
  }

  private static Batch stacked(ExampleVector examples) {
    try (TensorVector data = new TensorVector();
        TensorVector targets = new TensorVector()) {
      for (long i = 0; i < examples.size(); i++) {
        Example e = examples.get(i);
        data.push_back(e.data());
        targets.push_back(e.target());
      }
      try (Tensor x = torch.stack(data);
          Tensor y = torch.stack(targets)) {
        return Batch.of(array(x), array(y));
      }
    }
  }

  private static NDArray array(Tensor t) {
    try (EagerTensor ours = PyTorch.fromTorch(t)) {
      return ours.toNDArray();
    }
  }

  @Override
  public boolean isGroupable() {
    return true;
  }

  @Override
  public Iterator<Batch> iterator() {
    Examples all = opener.get();
    return new Iterator<>() {
      private boolean begun;

      @Override
      public boolean hasNext() {
        if (begun) {
          begun = false;
          all.advance(); // late, so that the loader's threads do not run behind an epoch's end
        }
        return all.hasNext();
      }

      @Override
      public Batch next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        begun = true;
        return all.current();
      }
    };
  }
}
