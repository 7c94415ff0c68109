package org.keras4j.hub.tasks;

import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;

/** How one vector is made of those of a text's tokens. */
public enum Pooling {
  /** Their mean, without those that fill up. */
  MEAN {
    @Override
    Tensor of(Tensor tokens, Tensor mask) {
      Tensor m = Ops.expandDims(Ops.cast(mask, tokens.dtype()), -1);
      Tensor count = Ops.maximum(Ops.sum(m, 1), 1e-9);
      return Ops.divide(Ops.sum(Ops.multiply(tokens, m), 1), count);
    }
  },
  /** The first token's. */
  CLS {
    @Override
    Tensor of(Tensor tokens, Tensor mask) {
      return Ops.take(tokens, 0, 1);
    }
  },
  /** For each number the largest of all tokens, without those that fill up. */
  MAX {
    @Override
    Tensor of(Tensor tokens, Tensor mask) {
      Tensor m = Ops.expandDims(Ops.cast(mask, DType.BOOL), -1);
      return Ops.max(Ops.where(m, tokens, -1e9), 1);
    }
  };

  /**
   * The vectors of texts.
   *
   * @param tokens {@code (batch, sequence, hidden)}
   * @param mask {@code (batch, sequence)}, 0 for what fills up
   * @return {@code (batch, hidden)}
   */
  abstract Tensor of(Tensor tokens, Tensor mask);
}
