package org.keras4j.backend.xla;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.BackendTensor.Placement;

/** A tensor held by buffers of several devices, to each its part. */
final class ShardedTensor implements BackendTensor {
  private final XlaBackend backend;
  private final Placement placement;
  private final TensorSpec spec;
  private volatile XlaBuffer @Nullable [] shards; // null once given away

  ShardedTensor(XlaBackend backend, Placement placement, TensorSpec spec, XlaBuffer[] shards) {
    this.backend = backend;
    this.placement = placement;
    this.spec = spec;
    this.shards = shards;
  }

  XlaBackend backend() {
    return backend;
  }

  /** What holds it, by device. */
  XlaBuffer[] shards() {
    XlaBuffer[] b = shards;
    if (b == null) {
      throw new IllegalStateException(
          "A tensor " + spec + " is closed: a program that was given it put another in its place");
    }
    return b;
  }

  /** Closes it and leaves its buffers to another. */
  void give() {
    shards = null;
  }

  @Override
  public TensorSpec spec() {
    return spec;
  }

  @Override
  public String device() {
    return placement.devices().get(0);
  }

  @Override
  public Placement placement() {
    return placement;
  }

  @Override
  public NDArray toHost() {
    XlaBuffer[] from = shards();
    TensorSpec part = placement.part(spec);
    return placement.whole(
        spec,
        d -> XlaTensor.read(List.of(new XlaTensor(backend, from[d], part))).get(0));
  }

  @Override
  public boolean isClosed() {
    XlaBuffer[] b = shards;
    return b == null || b[0].isClosed();
  }

  @Override
  public void close() {
    XlaBuffer[] b = shards;
    if (b != null) {
      for (XlaBuffer each : b) {
        each.close();
      }
    }
  }

  @Override
  public String toString() {
    return "ShardedTensor(" + spec + ", " + placement + (isClosed() ? ", closed)" : ")");
  }
}
