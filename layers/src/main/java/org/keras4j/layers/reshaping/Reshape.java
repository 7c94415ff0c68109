package org.keras4j.layers.reshaping;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * The elements of each sample in another shape ({@code keras.layers.Reshape}).
 *
 * <p>Input shape: {@code (batch, ...)}. Output shape: {@code (batch, targetShape...)}.
 *
 * <pre>{@code
 * Tensor y = new Reshape(3, -1).invoke(Ops.ones(new long[] {2, 4, 3})); // (2, 3, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Reshape extends FluentLayer<Reshape> {
  @Config
  private long[] targetShape;

  private Reshape() {
    this.targetShape = new long[0];
    builtWithoutInput();
  }

  /**
   * With this shape, the batch axis left out.
   *
   * @param targetShape the sizes, of which one may be -1 for what is left
   */
  public Reshape(long... targetShape) {
    this();
    this.targetShape = targetShape;
    configured();
  }

  @Override
  protected void configured() {
    long unknown = Arrays.stream(targetShape).filter(d -> d == -1).count();
    if (unknown > 1 || Arrays.stream(targetShape).anyMatch(d -> d < -1)) {
      throw new IllegalArgumentException(label() + ": 'targetShape' expects sizes of which one may"
          + " be -1, got " + Arrays.toString(targetShape));
    }
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("target_shape", Arrays.stream(targetShape).boxed().toList());
    return out;
  }

  @Override
  protected Tensor call(Tensor x) {
    long[] to = resolved(x.shape().slice(1));
    long batch = x.shape().dim(0);
    boolean open = Arrays.stream(to).anyMatch(d -> d < 0);
    if (batch >= 0 || !open) {
      return Ops.reshape(x, Shape.of(to).insert(0, batch));
    }
    List<Object> dims = new ArrayList<>(List.of(Prims.dimSize(x, 0)));
    for (long d : to) {
      dims.add(d);
    }
    return Ops.reshape(x, dims);
  }

  // with the open size filled in if the input's sizes are known
  private long[] resolved(Shape sample) {
    long size = sample.size();
    if (size < 0) {
      return targetShape;
    }
    long known = 1;
    int open = -1;
    for (int i = 0; i < targetShape.length; i++) {
      if (targetShape[i] < 0) {
        open = i;
      } else {
        known *= targetShape[i];
      }
    }
    boolean fits = open < 0 ? known == size : known == 0 ? size == 0 : size % known == 0;
    if (!fits) {
      throw new IllegalArgumentException(label() + ": cannot make samples of shape "
          + Shape.of(targetShape) + " of those of shape " + sample);
    }
    if (open < 0 || known == 0) {
      return targetShape;
    }
    long[] out = targetShape.clone();
    out[open] = size / known;
    return out;
  }

  @Override
  protected boolean actsOnSamplesAlone() {
    return true;
  }
}
