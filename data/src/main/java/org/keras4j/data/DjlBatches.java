package org.keras4j.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;

/**
 * The batches of a dataset of DJL ({@code ai.djl:api}), for {@code fit}, {@code evaluate} and {@code predict} on any backend. A batch's
 * data are the inputs, its labels the targets, each one array or a list of several. Each epoch goes through the dataset once more;
 * what it shuffles, it shuffles.
 *
 * <pre>{@code
 * try (NDManager manager = NDManager.newBaseManager()) {
 *   model.fit(DjlBatches.of(dataset, manager), Fit.epochs(3));
 * }
 * }</pre>
 */
public final class DjlBatches implements DataSource {
  private final Dataset dataset;
  private final NDManager manager;

  private DjlBatches(Dataset dataset, NDManager manager) {
    this.dataset = dataset;
    this.manager = manager;
  }

  /**
   * Batches of a dataset.
   *
   * @param manager of the engine of DJL's that makes the arrays of the batches; the caller closes it
   * @return the data
   */
  public static DjlBatches of(Dataset dataset, NDManager manager) {
    return new DjlBatches(dataset, manager);
  }

  @Override
  public boolean isGroupable() {
    return true;
  }

  @Override
  public Iterator<Batch> iterator() {
    Iterator<ai.djl.training.dataset.Batch> all;
    try {
      all = dataset.getData(manager).iterator();
    } catch (IOException e) {
      throw new UncheckedIOException("A dataset of DJL cannot be read", e);
    } catch (TranslateException e) {
      throw Failures.inPlaceOf(
          e,
          new IllegalArgumentException(
              "A dataset of DJL cannot be read: " + e.getMessage(), e.getCause()));
    }
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public Batch next() {
        try (ai.djl.training.dataset.Batch b = all.next()) {
          Object x = arrays(b.getData());
          if (x == null) {
            throw new IllegalArgumentException("A batch of a dataset of DJL holds no data");
          }
          return Batch.of(x, arrays(b.getLabels()));
        }
      }
    };
  }

  private static @Nullable Object arrays(@Nullable NDList list) {
    if (list == null || list.isEmpty()) {
      return null;
    }
    List<NDArray> out = new ArrayList<>();
    list.forEach(a -> out.add(array(a)));
    return out.size() == 1 ? out.get(0) : out;
  }

  private static NDArray array(ai.djl.ndarray.NDArray a) {
    Shape shape = Shape.of(a.getShape().getShape());
    if (a.getDataType() == DataType.STRING) {
      return NDArray.ofStrings(a.toStringArray(), shape);
    }
    String name = a.getDataType().name().toLowerCase(Locale.ROOT);
    DType dtype = DType.of(name.equals("boolean") ? "bool" : name);
    NDArray out = NDArray.zeros(dtype, shape);
    out.bytes().put(a.toByteBuffer());
    return out;
  }

  @Override
  public String toString() {
    return "DjlBatches";
  }
}
