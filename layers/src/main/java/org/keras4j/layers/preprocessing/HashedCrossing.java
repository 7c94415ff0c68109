package org.keras4j.layers.preprocessing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.internal.Extent;

/**
 * Puts combinations of features into bins by a hash ({@code keras.layers.HashedCrossing}), the same as
 * Keras's. It runs on the host.
 *
 * <p>Input: a list of at least two inputs of one shape, {@code ()}, {@code (batch)} or {@code (batch, 1)}, of
 * strings or integers. Output shape: that of the inputs; for the output mode {@code "one_hot"} {@code (batch,
 * numBins)}.
 *
 * <pre>{@code
 * Object y = new HashedCrossing(5).invokeNested(
 *     List.of(new String[] {"A", "B"}, new int[] {101, 102}), CallArgs.of()); // (2)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class HashedCrossing extends FluentLayer<HashedCrossing> {
  private static final long FIRST = 0xDECAFCAFFEL;
  private static final long MUL = 0xc6a4a7935bd1e995L;

  @Config
  private int numBins;

  @Config
  private String outputMode = "int";

  @Config
  private boolean sparse;

  private boolean typed;

  private HashedCrossing() {
    convertInputs(false);
    super.dtype(DTypePolicy.get(DType.INT64));
  }

  /**
   * Into this many bins.
   *
   * @param numBins how many bins there are
   */
  public HashedCrossing(int numBins) {
    this();
    this.numBins = numBins;
    check();
  }

  /**
   * What comes out.
   *
   * @param value {@code "int"} (the default) or {@code "one_hot"}
   * @return this layer
   */
  public HashedCrossing outputMode(String value) {
    set("outputMode", () -> outputMode = value);
    check();
    return this;
  }

  /**
   * Whether codes are sparse tensors, which take memory for what is not 0 alone. {@code Dense} takes them as they are.
   *
   * @param value false by default; true goes with every output mode but {@code "int"}
   * @return this layer
   */
  public HashedCrossing sparse(boolean value) {
    return set("sparse", () -> sparse = value);
  }

  @Override
  public HashedCrossing dtype(@Nullable DTypePolicy policy) {
    typed = true;
    return super.dtype(policy);
  }

  private void check() {
    Extent.of(label() + " numBins", 1, 1, numBins);
    outputMode = Extent.choice("outputMode", outputMode, "int", "one_hot");
    if (!typed) {
      super.dtype(DTypePolicy.get(outputMode.equals("int") ? DType.INT64 : Keras.floatx()));
    }
  }

  /** How many bins there are. */
  public int numBins() {
    return numBins;
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    Extent.sparse(label(), sparse, outputMode);
    if (!(inputs instanceof List<?> l) || l.size() < 2) {
      throw new IllegalArgumentException(
          label() + ": expected a list of at least two inputs, got " + inputs);
    }
    List<Shape> shapes = l.stream().map(HashedCrossing::shapeOf).toList();
    Shape first = shapes.get(0);
    boolean fits = shapes.stream().allMatch(first::isCompatible)
        && (first.rank() < 2 || first.rank() == 2 && first.last() == 1);
    if (!fits) {
      throw new IllegalArgumentException(
          label() + ": expected inputs of one shape (), (batch) or (batch, 1), got " + shapes);
    }
    Tensor bins = (Tensor) HostValues.map(
        "keras.layers.HashedCrossing", l, first, DType.INT64, this::cross, () -> null);
    return CategoryCodes.encode(bins, outputMode, numBins, computeDtype(), null, sparse);
  }

  private static Shape shapeOf(@Nullable Object x) {
    return x instanceof Tensor t
        ? t.shape()
        : HostValues.array(Objects.requireNonNull(x)).shape();
  }

  private NDArray cross(List<NDArray> inputs) {
    for (NDArray a : inputs) {
      if (!a.dtype().isInteger() && a.dtype() != DType.STRING) {
        throw new IllegalArgumentException(
            label() + ": expected strings or integers, got dtype " + a.dtype());
      }
    }
    long[] out = new long[inputs.get(0).size()];
    for (int i = 0; i < out.length; i++) {
      long h = FIRST;
      for (NDArray a : inputs) {
        h = join(
            h,
            a.dtype() == DType.STRING
                ? FarmHash.fingerprint(Utf8.bytes(label(), a.getString(i)))
                : a.getLong(i));
      }
      out[i] = Long.remainderUnsigned(h, numBins);
    }
    return HostValues.longs(inputs.get(0).shape(), out);
  }

  private static long shift(long x) {
    return x ^ (x >>> 47);
  }

  // the fingerprint of two fingerprints one after the other
  private static long join(long first, long second) {
    long h = first ^ MUL;
    h ^= shift(second * MUL) * MUL;
    h *= MUL;
    h = shift(h) * MUL;
    return shift(h);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("num_bins", numBins);
    out.put("output_mode", outputMode);
    out.put("sparse", sparse);
    out.put("name", name());
    out.put("dtype", variableDtype());
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    typed = config.get("dtype") != null;
    super.setConfig(config);
    check();
  }
}
