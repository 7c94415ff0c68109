package org.keras4j.hub.layers;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.WeightOptions;
import org.keras4j.ops.Ops;

/**
 * A dense layer whose kernel stays packed: integers of four bits, each 32 along the inputs with a scale and an offset, as files of
 * llama.cpp have them (Q4_0, Q4_K), or the sum of two such planes for integers of eight bits (Q8_0). It is not trained, its inputs
 * may be. In bfloat16 on a CPU with AVX-512 PyTorch multiplies by what is packed; elsewhere it is unpacked in each call.
 *
 * <p>Input shape: {@code (..., inputs)}. Output shape: {@code (..., units...)}. Weights: {@code packed (units / 64, planes * inputs,
 * 32)}, bytes, {@code scales (planes * inputs / 32, units, 2)}, and perhaps {@code bias (units...)}. The composite {@code
 * nn.packed_dense} says how they lie.
 *
 * <pre>{@code
 * Tensor y = new PackedDense(1, 128).invoke(Ops.ones(new long[] {2, 64})); // (2, 128), zeros as no weights were loaded
 * }</pre>
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class PackedDense extends FluentLayer<PackedDense> {
  @Config
  private int planes;

  @Config
  private int[] units = {};

  @Config
  private int inputAxes = 1;

  @Config
  private boolean useBias;

  private @Nullable PackedWeight kernel;
  private @Nullable Variable bias;

  private PackedDense() {}

  /**
   * With outputs of these sizes.
   *
   * @param planes 1 for integers of four bits, 2 for those of eight
   * @param units the last axes of the output, together a multiple of 64
   * @throws IllegalArgumentException if they are not, or there are other planes
   */
  public PackedDense(int planes, int... units) {
    this.planes = planes;
    this.units = units.clone();
    configured();
  }

  @Override
  protected void configured() {
    if (units.length == 0 || Arrays.stream(units).anyMatch(u -> u <= 0)) {
      throw new IllegalArgumentException(
          label() + ": 'units' expects positive integers, got " + Arrays.toString(units));
    }
    String refusal = PackedWeight.refusal(PackedWeight.GROUP, size(), planes);
    if (!refusal.isEmpty()) {
      throw new IllegalArgumentException(label() + ": " + refusal);
    }
    if (inputAxes < 1) {
      throw new IllegalArgumentException(
          label() + ": 'inputAxes' expects a positive integer, got " + inputAxes);
    }
  }

  /**
   * How many last axes of the input are multiplied.
   *
   * @param value 1 by default; 2 for heads and their sizes
   * @return this layer
   * @throws IllegalArgumentException if it is below 1
   */
  public PackedDense inputAxes(int value) {
    return set("inputAxes", () -> inputAxes = value);
  }

  /**
   * Whether there is a bias.
   *
   * @param value false by default
   * @return this layer
   */
  public PackedDense useBias(boolean value) {
    return set("useBias", () -> useBias = value);
  }

  private int size() {
    return Arrays.stream(units).reduce(1, Math::multiplyExact);
  }

  private long[] lasts() {
    return Arrays.stream(units).asLongStream().toArray();
  }

  @Override
  protected void build(Shape input) {
    int inputs = 1;
    for (int i = 1; i <= inputAxes; i++) {
      inputs = Math.multiplyExact(inputs, input.intDim(-i));
    }
    String refusal = PackedWeight.refusal(inputs, size(), planes);
    if (!refusal.isEmpty()) {
      throw new IllegalArgumentException(label() + ": " + refusal);
    }
    kernel = new PackedWeight(this::addWeight, "", inputs, size(), planes);
    if (useBias) {
      bias = addWeight("bias", Shape.of(lasts()), WeightOptions.initializer("zeros"));
    }
  }

  @Override
  protected Tensor call(Tensor x) {
    Shape lead = x.shape().slice(0, x.rank() - inputAxes);
    Tensor flat = inputAxes == 1
        ? x
        : Ops.reshape(
            x, PackedWeight.behind(lead, x.shape().slice(x.rank() - inputAxes).size()));
    Tensor y = Objects.requireNonNull(kernel).product(flat);
    Tensor shaped = units.length == 1 ? y : Ops.reshape(y, PackedWeight.behind(lead, lasts()));
    return bias == null ? shaped : Ops.add(shaped, bias);
  }
}
