package org.keras4j.layers.preprocessing;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Trace;

/**
 * Puts numbers into bins ({@code keras.layers.Discretization}), by boundaries that are given or that {@link
 * #adapt} takes of data so that bins hold about the same number of elements.
 *
 * <p>Input shape: any. Output shape: the input's, for the output mode {@code "int"}; the others encode the
 * bins as {@link CategoryEncoding} does.
 *
 * <pre>{@code
 * Tensor y = new Discretization(new double[] {0, 1, 2}).invoke(new double[][] {{-1.5, 1, 3.4, 0.5}}); // (1, 4): 0, 2, 3, 1
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Discretization extends FluentLayer<Discretization> implements Adapting {
  @Config
  private double @Nullable [] binBoundaries;

  @Config
  private @Nullable Integer numBins;

  @Config
  private double epsilon = 0.01;

  @Config
  private String outputMode = "int";

  @Config
  private boolean sparse;

  private QuantileSummary summary = QuantileSummary.EMPTY;

  private Discretization() {}

  /**
   * With these boundaries, in ascending order: bins are left inclusive and right exclusive.
   *
   * @param binBoundaries the upper limits of all bins but the last, in order
   */
  public Discretization(double[] binBoundaries) {
    this.binBoundaries = binBoundaries;
  }

  /**
   * With this many bins, whose boundaries {@link #adapt} is to find.
   *
   * @param numBins how many bins there are
   */
  public Discretization(int numBins) {
    Extent.of(label() + " numBins", 1, 0, numBins);
    this.numBins = numBins;
  }

  /**
   * The error tolerance of the boundaries found, near 0.
   *
   * @param value 0.01 by default
   * @return this layer
   */
  public Discretization epsilon(double value) {
    return set("epsilon", () -> epsilon = value);
  }

  /**
   * What comes out.
   *
   * @param value {@code "int"} (the default), {@code "one_hot"}, {@code "multi_hot"} or {@code "count"}
   * @return this layer
   */
  public Discretization outputMode(String value) {
    return set(
        "outputMode",
        () -> outputMode =
            Extent.choice("outputMode", value, "int", "one_hot", "multi_hot", "count"));
  }

  /**
   * Whether codes are sparse tensors, which take memory for what is not 0 alone. {@code Dense} takes them as they are.
   *
   * @param value false by default; true goes with every output mode but {@code "int"}
   * @return this layer
   */
  public Discretization sparse(boolean value) {
    return set("sparse", () -> sparse = value);
  }

  /** The boundaries; null if they are still to be found. */
  public double @Nullable [] binBoundaries() {
    return binBoundaries == null ? null : binBoundaries.clone();
  }

  /**
   * Finds the boundaries.
   *
   * @param data an array or tensor, or {@link Adapting#adapt batches} of such
   */
  @Override
  public void adapt(Object data) {
    if (numBins == null) {
      throw new IllegalStateException(
          label() + ": has given boundaries and cannot adapt; give a number of bins instead");
    }
    summary = QuantileSummary.EMPTY;
    AdaptData.each(label(), data, batch -> {
      NDArray values = HostValues.array(batch).astype(DType.FLOAT32);
      summary = QuantileSummary.of(values.toFloatArray(), epsilon).merge(summary, epsilon);
    });
    binBoundaries = summary.boundaries(numBins);
  }

  @Override
  public boolean isAdaptable() {
    return numBins != null && (binBoundaries == null || summary != QuantileSummary.EMPTY);
  }

  /** How many bins there are: the number given, or one more than boundaries. */
  public int numBins() {
    return numBins != null ? numBins : binBoundaries == null ? 0 : binBoundaries.length + 1;
  }

  @Override
  protected DType inputDtype() {
    return Keras.floatx();
  }

  @Override
  protected Tensor call(Tensor x) {
    Extent.sparse(label(), sparse, outputMode);
    if (binBoundaries == null) {
      throw new IllegalStateException(label()
          + ": has no boundaries yet: give them, or call adapt(data) before the first call");
    }
    Trace.dependsOn(() -> binBoundaries);
    Tensor bins = Ops.digitize(x, binBoundaries);
    DType dtype = outputMode.equals("int") ? DType.INT32 : computeDtype();
    return CategoryCodes.encode(bins, outputMode, binBoundaries.length + 1, dtype, null, sparse);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("bin_boundaries", binBoundaries);
    out.put("num_bins", numBins);
    out.put("epsilon", epsilon);
    out.put("output_mode", outputMode);
    out.put("sparse", sparse);
    out.put("name", name());
    out.put("dtype", variableDtype());
    return out;
  }

  @Override
  protected void configured() {
    if (binBoundaries == null && numBins == null) {
      throw new IllegalArgumentException(
          label() + ": config expects 'bin_boundaries' or 'num_bins'");
    }
    if (numBins != null) {
      Extent.of(label() + " numBins", 1, 0, numBins);
    }
    outputMode = Extent.choice("outputMode", outputMode, "int", "one_hot", "multi_hot", "count");
  }
}
