package org.keras4j.layers.preprocessing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.HostKernel;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;

/**
 * Puts strings or integers into bins by a hash of their text ({@code keras.layers.Hashing}), the same as
 * Keras's: FarmHash's fingerprint, or SipHash with a salt. It runs on the host.
 *
 * <p>Input shape: any, of strings or integers. Output shape: the input's, for the output mode {@code "int"};
 * the others encode the bins as {@link CategoryEncoding} does.
 *
 * <pre>{@code
 * Tensor y = new Hashing(3).salt(1).invoke(new String[] {"A", "B", "C"}); // (3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Hashing extends FluentLayer<Hashing> {
  @Config
  private int numBins;

  // one integer or two
  @Config
  private @Nullable Object salt;

  @Config
  private @Nullable Object maskValue;

  @Config
  private String outputMode = "int";

  @Config
  private boolean sparse;

  private boolean typed;

  private Hashing() {
    convertInputs(false);
    super.dtype(DTypePolicy.get(DType.INT64));
  }

  /**
   * Into this many bins.
   *
   * @param numBins how many bins there are
   */
  public Hashing(int numBins) {
    this();
    this.numBins = numBins;
    configured();
  }

  /**
   * A string that goes to bin 0, which is then kept for it.
   *
   * @param value null (the default) for none
   * @return this layer
   */
  public Hashing maskValue(@Nullable String value) {
    return set("maskValue", () -> maskValue = value);
  }

  /**
   * An integer that goes to bin 0, which is then kept for it.
   *
   * @param value the integer
   * @return this layer
   */
  public Hashing maskValue(long value) {
    return set("maskValue", () -> maskValue = value);
  }

  /**
   * The key of the hash, an integer or two.
   *
   * @param value null (the default) for the hash without key
   * @return this layer
   */
  public Hashing salt(long... value) {
    set("salt", () -> salt = HostValues.words(value));
    configured();
    return this;
  }

  /**
   * What comes out.
   *
   * @param value {@code "int"} (the default), {@code "one_hot"}, {@code "multi_hot"} or {@code "count"}
   * @return this layer
   */
  public Hashing outputMode(String value) {
    set("outputMode", () -> outputMode = value);
    configured();
    return this;
  }

  /**
   * Whether codes are sparse tensors, which take memory for what is not 0 alone. {@code Dense} takes them as they are.
   *
   * @param value false by default; true goes with every output mode but {@code "int"}
   * @return this layer
   */
  public Hashing sparse(boolean value) {
    return set("sparse", () -> sparse = value);
  }

  @Override
  public Hashing dtype(@Nullable DTypePolicy policy) {
    typed = true;
    return super.dtype(policy);
  }

  @Override
  protected void configured() {
    Extent.of(label() + " numBins", 1, 1, numBins);
    outputMode = Extent.choice("outputMode", outputMode, "int", "one_hot", "multi_hot", "count");
    long[] two = HostValues.salt(label(), salt);
    salt = two == null ? null : Arrays.stream(two).boxed().toList();
    if (!typed && !outputMode.equals("int") && dtypePolicy().name().equals("int64")) {
      super.dtype(DTypePolicy.get(Keras.floatx()));
    }
    if (outputMode.equals("int") && !variableDtype().isInteger()) {
      throw new IllegalArgumentException(
          label() + ": the output mode 'int' expects an integer dtype, got "
              + dtypePolicy().name());
    }
  }

  /** How many bins there are. */
  public int numBins() {
    return numBins;
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    Extent.sparse(label(), sparse, outputMode);
    Object x = given(inputs);
    Tensor bins = (Tensor)
        HostValues.map("keras.layers.Hashing", x, s -> s, DType.INT64, this::bins, this::kernel);
    if (outputMode.equals("one_hot") && bins.rank() > 0 && bins.shape().last() == 1) {
      bins = Ops.squeeze(bins, -1);
    }
    return CategoryCodes.encode(bins, outputMode, numBins, variableDtype(), null, sparse);
  }

  private HostKernel kernel() {
    boolean masks = maskValue != null && numBins > 1;
    long[] key = HostValues.salt(label(), salt);
    return new HostKernel.Hash(
        new HostKernel.Buckets(masks ? numBins - 1 : numBins, masks ? 1 : 0, key, false),
        masks ? maskValue : null);
  }

  private NDArray bins(NDArray values) {
    boolean masks = maskValue != null && numBins > 1;
    long buckets = masks ? numBins - 1 : numBins;
    long[] key = HostValues.salt(label(), salt);
    long[] out = new long[values.size()];
    for (int i = 0; i < out.length; i++) {
      if (masks && isMask(values, i)) {
        continue;
      }
      out[i] =
          HostValues.bucket(label(), HostValues.text(values, i), buckets, key) + (masks ? 1 : 0);
    }
    return HostValues.longs(values.shape(), out);
  }

  private boolean isMask(NDArray values, int i) {
    return maskValue instanceof Number n
        ? values.dtype() != DType.STRING && values.getDouble(i) == n.doubleValue()
        : values.dtype() == DType.STRING && values.getString(i).equals(maskValue);
  }
}
