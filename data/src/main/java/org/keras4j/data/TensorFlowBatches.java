package org.keras4j.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * The batches of a {@code Dataset} of TF-Java ({@code org.tensorflow:tensorflow-framework}) in an eager session, for {@code fit}, {@code
 * evaluate} and {@code predict} on any backend. Each epoch goes through the dataset once more; what it shuffles, it shuffles. It
 * takes whatever iterates over lists of eager operands, as {@code Dataset} does.
 *
 * <pre>{@code
 * Dataset rows = Dataset.fromTensorSlices(tf, List.of(x, y), List.of(TFloat32.class, TInt32.class));
 * model.fit(TensorFlowBatches.of(rows.shuffle(1000).batch(32)), Fit.epochs(3));
 * }</pre>
 */
public final class TensorFlowBatches implements DataSource {
  private static final int INPUT = 1;
  private static final int TARGET = 2;
  private static final int WEIGHT = 3;

  private final Iterable<? extends List<? extends Operand<?>>> dataset;
  private final int inputs;

  private TensorFlowBatches(Iterable<? extends List<? extends Operand<?>>> dataset, int inputs) {
    this.dataset = dataset;
    this.inputs = inputs;
  }

  /**
   * Batches of one component, inputs, or of two, inputs and targets, or of three, sample weights being the third.
   *
   * @param dataset batched
   * @return the data
   */
  public static TensorFlowBatches of(Iterable<? extends List<? extends Operand<?>>> dataset) {
    return new TensorFlowBatches(dataset, 0);
  }

  /**
   * Batches of a model of several inputs or outputs.
   *
   * @param dataset batched
   * @param inputs how many of the components of an element are inputs; the others are targets
   * @return the data
   * @throws IllegalArgumentException if there is no input
   */
  public static TensorFlowBatches of(
      Iterable<? extends List<? extends Operand<?>>> dataset, int inputs) {
    if (inputs < 1) {
      throw new IllegalArgumentException(
          "TensorFlowBatches: expected at least 1 input, got " + inputs);
    }
    return new TensorFlowBatches(dataset, inputs);
  }

  @Override
  public boolean isGroupable() {
    return true;
  }

  @Override
  public Iterator<Batch> iterator() {
    Iterator<? extends List<? extends Operand<?>>> all = dataset.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public Batch next() {
        List<NDArray> parts = new ArrayList<>();
        for (Operand<?> o : all.next()) {
          parts.add(array(o));
        }
        return batch(parts);
      }
    };
  }

  private Batch batch(List<NDArray> parts) {
    int n = parts.size();
    if (inputs > 0) {
      if (n < inputs) {
        throw new IllegalArgumentException("TensorFlowBatches: an element has " + n
            + " components, of which " + inputs + " should be inputs");
      }
      Object x = some(parts.subList(0, inputs));
      return Batch.of(x == null ? List.of() : x, some(parts.subList(inputs, n)));
    }
    if (n < INPUT || n > WEIGHT) {
      throw new IllegalArgumentException(
          "TensorFlowBatches: expected elements of inputs, targets and perhaps sample weights, got "
              + n + " components; with several inputs, say how many");
    }
    return new Batch(
        parts.get(0), n < TARGET ? null : parts.get(1), n < WEIGHT ? null : parts.get(2));
  }

  private static @Nullable Object some(List<NDArray> parts) {
    return parts.isEmpty() ? null : parts.size() == 1 ? parts.get(0) : List.copyOf(parts);
  }

  private static NDArray array(Operand<?> operand) {
    Tensor t = operand.asTensor();
    Shape shape = Shape.of(t.shape().asArray());
    if (t instanceof TString strings) {
      String[] all = new String[Math.toIntExact(shape.size())];
      int[] next = {0};
      strings.scalars().forEach(s -> all[next[0]++] = s.getObject());
      return NDArray.ofStrings(all, shape);
    }
    NDArray out = NDArray.zeros(dtype(t), shape);
    byte[] bytes = new byte[Math.toIntExact(t.numBytes())];
    ((TType) t).asRawTensor().data().read(bytes);
    out.bytes().put(bytes);
    return out;
  }

  private static DType dtype(Tensor t) {
    String name = t.dataType().name().substring("DT_".length()).toLowerCase(Locale.ROOT);
    return DType.of(
        switch (name) {
          case "float" -> "float32";
          case "double" -> "float64";
          case "half" -> "float16";
          default -> name;
        });
  }

  @Override
  public String toString() {
    return "TensorFlowBatches";
  }
}
