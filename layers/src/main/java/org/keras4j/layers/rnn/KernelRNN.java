package org.keras4j.layers.rnn;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.layers.internal.Extent;

/**
 * The recurrent layers whose whole sequence can be one operation, for which backends have kernels.
 *
 * @param <S> the class itself
 * @param <C> the cell's class
 */
public abstract class KernelRNN<S extends KernelRNN<S, C>, C extends GateCell<C>>
    extends CellRNN<S, C> {
  private static final String AUTO = "auto";

  // "auto", or a boolean
  private Object useCudnn = AUTO;

  KernelRNN(C cell, String cellName, int inputRank) {
    super(cell, cellName, inputRank);
  }

  /**
   * Whether the backend's kernel for whole sequences runs ({@code use_cudnn}), on any device. By default it runs
   * where it can.
   *
   * @param value false for never, true for an error where the settings or a mask leave it no place
   * @return this layer
   */
  public S useCudnn(boolean value) {
    return set("useCudnn", () -> useCudnn = value);
  }

  /**
   * When the backend's kernel for whole sequences runs.
   *
   * @param value {@code "auto"}: the kernel runs where it can, which is the default
   * @return this layer
   */
  public S useCudnn(String value) {
    return set("useCudnn", () -> useCudnn = Extent.choice("useCudnn", value, AUTO));
  }

  /**
   * Whether a call is one operation.
   *
   * @param plain whether the settings of this kind of layer are those of the operation
   * @throws IllegalStateException if it is not, and must be
   */
  final boolean isWhole(
      Tensor x, Tensor kernel, @Nullable Tensor mask, StepContext context, boolean plain) {
    if (Boolean.FALSE.equals(useCudnn)) {
      return false;
    }
    boolean whole = plain && mask == null && WholeSequence.possible(this, x, kernel, context);
    if (!whole && Boolean.TRUE.equals(useCudnn)) {
      throw new IllegalStateException(
          label() + ": 'useCudnn' is true, but no kernel takes the whole"
              + " sequence: that needs the default functions, "
              + (plain ? "" : "for a GRU 'resetAfter', ")
              + "no mask, no 'unroll' and no 'recurrentDropout'; \"auto\" steps where it must");
    }
    return whole;
  }

  /** With {@code use_cudnn}, which Keras reads too but does not write, if it is not {@code "auto"}. */
  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    if (!AUTO.equals(useCudnn)) {
      out.put("use_cudnn", useCudnn);
    }
    return out;
  }

  @Override
  final void setOwnConfig(Map<String, Object> own) {
    Object given = own.remove("use_cudnn");
    if (given instanceof Boolean || AUTO.equals(given)) {
      useCudnn = given;
    } else if (given != null) {
      throw new IllegalArgumentException(
          label() + ": 'useCudnn' expects true, false or \"auto\", got " + given);
    }
    super.setOwnConfig(own);
  }

  @Override
  public boolean readsConfigKey(String key) {
    return key.equals("use_cudnn") || super.readsConfigKey(key);
  }

  @Override
  boolean isOwn(String key) {
    return key.equals("use_cudnn") || super.isOwn(key);
  }
}
