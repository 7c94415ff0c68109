package org.keras4j.layers.activations;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Exponentials that sum up to 1 along axes ({@code keras.layers.Softmax}); where a mask is false, the
 * result is 0 and the rest sums up to 1.
 *
 * <p>Input and output shape: any. A mask broadcasts to the input.
 *
 * <pre>{@code
 * Tensor y = new Softmax().invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Softmax extends FluentLayer<Softmax> {
  // an integer, or several
  @Config
  private Object axis = -1;

  /** Along the last axis. */
  public Softmax() {
    supportsMasking(true);
    builtWithoutInput();
  }

  /**
   * Along these axes.
   *
   * @param axis one or several, the last by default
   */
  public Softmax(int... axis) {
    this();
    this.axis = Extent.oneOrSeveral("axis", axis);
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "mask");
  }

  @Override
  protected Tensor call(Tensor x, CallContext context) {
    Tensor mask = context.mask();
    if (mask == null) {
      return Ops.softmax(x, axis);
    }
    if (mask.rank() > x.rank()) {
      throw new IllegalArgumentException(label() + ": expected a mask that broadcasts to the input "
          + x.shape() + ", got " + mask.shape());
    }
    Tensor keep = mask.dtype() == DType.BOOL ? mask : Ops.greater(mask, 0.5);
    double least = x.dtype() == DType.FLOAT16 ? -3e4 : -1e9;
    Tensor y = Ops.softmax(Ops.where(keep, x, Prims.scalarLike(x, least)), axis);
    return Ops.where(keep, y, Prims.scalarLike(y, 0));
  }
}
