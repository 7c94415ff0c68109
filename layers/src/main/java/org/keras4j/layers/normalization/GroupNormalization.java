package org.keras4j.layers.normalization;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.InputSpec;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Promotion;

/**
 * Shifts and scales groups of channels of each sample to mean 0 and variance 1, then channels by learned
 * numbers ({@code keras.layers.GroupNormalization}; Wu and He 2018, arXiv:1803.08494).
 *
 * <p>Input and output shape: any. Weights: {@code gamma (channels)}, {@code beta (channels)}.
 *
 * <pre>{@code
 * Tensor y = new GroupNormalization(2).invoke(Ops.ones(new long[] {2, 4, 6})); // (2, 4, 6)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class GroupNormalization extends ScaleAndCenter<GroupNormalization> {
  @Config
  private int groups = 32;

  @Config
  private int axis = -1;

  /** With 32 groups along the last axis. */
  public GroupNormalization() {
    supportsMasking(true);
    autocast(false);
  }

  /**
   * With this number of groups, which divides the channels; -1 for a group for each channel.
   *
   * @param groups how many groups of channels there are, 32 by default; -1 for one a channel
   */
  public GroupNormalization(int groups) {
    this();
    this.groups = groups;
    configured();
  }

  /**
   * The axis of channels.
   *
   * @param value -1 by default
   * @return this layer
   */
  public GroupNormalization axis(int value) {
    return set("axis", () -> axis = value);
  }

  @Override
  protected void configured() {
    if (groups <= 0 && groups != -1) {
      throw new IllegalArgumentException(
          label() + ": 'groups' expects a positive integer or -1, got " + groups);
    }
  }

  @Override
  protected void build(Shape input) {
    Shape shape = AxisList.sizes(label(), input, List.of(axis));
    int channels = shape.intDim(0);
    groups = groups == -1 ? channels : groups;
    if (channels % groups != 0) {
      throw new IllegalArgumentException(label() + ": expected a number of channels that " + groups
          + " groups divide, got input shape " + input);
    }
    inputSpec(new InputSpec().ndim(input.rank()).axis(axis, channels));
    addScale(shape);
    addOffset(shape);
  }

  @Override
  protected Tensor call(Tensor x) {
    int at = x.shape().axis(axis);
    Tensor last = Ops.moveaxis(x, at, -1);
    DType wide = Promotion.resultType(x.dtype(), DType.FLOAT32);
    // (batch, spatial..., groups, channels of a group)
    long inGroup = x.shape().dim(at) / groups;
    Tensor t = Prims.convert(last, wide);
    List<Object> split = new ArrayList<>();
    for (int i = 0; i < last.rank() - 1; i++) {
      long d = last.shape().dim(i);
      split.add(d >= 0 ? (Object) d : Prims.dimSize(last, i));
    }
    List<Object> joined = new ArrayList<>(split);
    split.add((long) groups);
    split.add(inGroup);
    joined.add(last.shape().last());
    t = Ops.reshape(t, split);
    int[] axes = new int[t.rank() - 2];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i == axes.length - 1 ? t.rank() - 1 : i + 1;
    }
    List<Tensor> moments = Ops.moments(t, axes, true, false);
    Tensor inverse = Prims.rsqrt(Ops.add(moments.get(1), epsilon()));
    if (gamma() != null) {
      inverse = Ops.multiply(inverse, grouped(gamma(), inGroup, wide));
    }
    Tensor offset = Ops.negative(Ops.multiply(moments.get(0), inverse));
    if (beta() != null) {
      offset = Ops.add(offset, grouped(beta(), inGroup, wide));
    }
    Tensor y = Prims.convert(Ops.add(Ops.multiply(t, inverse), offset), x.dtype());
    return Prims.convert(Ops.moveaxis(Ops.reshape(y, joined), -1, at), computeDtype());
  }

  private Tensor grouped(Variable v, long inGroup, DType wide) {
    return Prims.convert(Ops.reshape(v, groups, inGroup), wide);
  }
}
