package org.keras4j.benchmarks.soak;

import java.util.Locale;
import java.util.function.LongConsumer;
import org.keras4j.benchmarks.networks.SmallNetworks;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;

/** What is run over and over. Nothing is ever closed: that is the point. */
public enum SoakMode {
  /** Single functions outside any compiled one. */
  EAGER(100_000) {
    @Override
    LongConsumer start() {
      Tensor x = matrix();
      return i -> Ops.multiply(x, (float) i);
    }
  },
  /** Calls of one compiled function. */
  COMPILED(100_000) {
    @Override
    LongConsumer start() {
      Tensor x = matrix();
      Jit f = Jit.of(t -> Ops.relu(Ops.matmul(t, t)));
      return i -> f.call(x);
    }
  },
  /** Functions that are compiled, called once and dropped. */
  COMPILE(1_000) {
    @Override
    LongConsumer start() {
      Tensor x = matrix();
      return i -> Jit.of(t -> Ops.relu(Ops.add(Ops.matmul(t, t), (float) i))).call(x);
    }
  },
  /** {@code predict} of one row. */
  PREDICT(1_000_000) {
    @Override
    LongConsumer start() {
      Model m = SmallNetworks.chain(3);
      NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(1, 8));
      return i -> m.predict(x);
    }
  },
  /** {@code trainOnBatch} of 32 rows. */
  TRAIN(100_000) {
    @Override
    LongConsumer start() {
      Model m = SmallNetworks.tiny();
      m.compile("adam", "binary_crossentropy", "accuracy");
      NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(32, 20));
      NDArray y = NDArray.zeros(DType.FLOAT32, Shape.of(32, 1));
      return i -> m.trainOnBatch(x, y);
    }
  };

  private static final int SIDE = 64;

  private final long usual;

  SoakMode(long usual) {
    this.usual = usual;
  }

  /** How often it is run, unless told otherwise. */
  public long usual() {
    return usual;
  }

  /** Makes what is needed; the action gets the number of the run. */
  abstract LongConsumer start();

  private static Tensor matrix() {
    return Ops.convertToTensor(NDArray.zeros(DType.FLOAT32, Shape.of(SIDE, SIDE)));
  }

  /** The name on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
