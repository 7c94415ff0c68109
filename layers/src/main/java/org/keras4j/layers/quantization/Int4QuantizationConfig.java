package org.keras4j.layers.quantization;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Weights of four bits, in groups along the summed axis unless told otherwise ({@code
 * keras.quantizers.Int4QuantizationConfig}).
 *
 * <pre>{@code
 * QuantizationConfig config = new Int4QuantizationConfig(128);
 * }</pre>
 */
@KerasSerializable(module = "keras.quantizers")
public final class Int4QuantizationConfig extends QuantizationConfig {
  @Config
  private @Nullable Integer blockSize = 128;

  /** Groups of 128; inputs stay as they are. */
  public Int4QuantizationConfig() {
    super(null, null);
  }

  /**
   * Groups of this size; null or -1 for one each.
   *
   * @param blockSize how many weights share a scale
   */
  public Int4QuantizationConfig(@Nullable Integer blockSize) {
    this(null, null, blockSize);
  }

  /**
   * By these quantizers.
   *
   * @param weights null for the layer's default
   * @param activations null to leave inputs as they are
   * @param blockSize null or -1, the only ones that go with quantizers, for one group each
   * @throws IllegalArgumentException if that does not fit, or weights do not become int8 from -8 to 7
   */
  public Int4QuantizationConfig(
      @Nullable Quantizer weights, @Nullable Quantizer activations, @Nullable Integer blockSize) {
    super(weights, activations);
    this.blockSize = blockSize;
    check();
  }

  private void check() {
    Integer size = blockSize;
    Quantizer w = weightQuantizer();
    boolean grouped = size != null && size != -1;
    require(
        "'blockSize' expects null, -1 or a positive integer, got " + size,
        !grouped || Objects.requireNonNull(size) > 0);
    require(
        "groups (block_size " + size + ") do not go with quantizers of one's own",
        !grouped || w == null && activationQuantizer() == null);
    require(
        "expects a weight quantizer to int8 from -8 to 7",
        w == null
            || w.outputDtype() == DType.INT8 && Arrays.equals(w.valueRange(), new int[] {-8, 7}));
  }

  /** The size of a group; null or -1 for one each. */
  public @Nullable Integer blockSize() {
    return blockSize;
  }

  @Override
  public String mode() {
    return "int4";
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    blockSize = null; // what configs without the entry mean
    super.setConfig(config);
    check();
  }
}
