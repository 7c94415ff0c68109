package org.keras4j.core.spi;

import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.sharding.Blocks;
import org.keras4j.core.sharding.Sharding;

/**
 * A tensor of a backend. The backend frees its memory on {@link #close()}, or some time after it
 * became unreachable.
 */
public interface BackendTensor extends AutoCloseable {
  TensorSpec spec();

  /** The device it lies on, {@code "cpu:0"}; of several, the first. */
  String device();

  /** How it lies on several devices; null for one. */
  default @Nullable Placement placement() {
    return null;
  }

  /** A copy on the host; waits for the value. */
  NDArray toHost();

  boolean isClosed();

  /** Frees it; a second call does nothing. */
  @Override
  void close();

  /**
   * How a tensor lies on several devices of a backend.
   *
   * @param sharding of as many dimensions as the tensor has, all of which divide evenly
   * @param devices the devices of its mesh by name, in C order
   */
  public record Placement(Sharding sharding, List<String> devices) {
    public Placement {
      devices = List.copyOf(devices);
    }

    /** What each device has of a tensor of this spec. */
    public TensorSpec part(TensorSpec spec) {
      return sharding.isWhole()
          ? spec
          : spec.withShape(Shape.of(sharding.part(spec.shape().toArray())));
    }

    /**
     * What a device has of an array.
     *
     * @param device its place among the devices
     * @return the array itself if the device has all of it
     */
    public NDArray part(NDArray whole, int device) {
      if (sharding.isWhole()) {
        return whole;
      }
      NDArray out = NDArray.zeros(whole.dtype(), part(whole.spec()).shape());
      Blocks.take(
          sharding,
          device,
          whole.shape().toArray(),
          whole.dtype().size(),
          whole.bytes(),
          out.bytes());
      return out;
    }

    /**
     * The array that devices have in parts.
     *
     * @param spec of the array
     * @param parts by device; those that are the same as one before are not asked for
     */
    public NDArray whole(TensorSpec spec, IntFunction<NDArray> parts) {
      if (sharding.isWhole()) {
        return parts.apply(0);
      }
      NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
      long[] sizes = spec.shape().toArray();
      for (int d = 0; d < devices.size(); d++) {
        if (sharding.isFirst(d)) {
          Blocks.put(
              sharding,
              d,
              sizes,
              spec.dtype().size(),
              out.bytes(),
              parts.apply(d).bytes());
        }
      }
      return out;
    }
  }
}
