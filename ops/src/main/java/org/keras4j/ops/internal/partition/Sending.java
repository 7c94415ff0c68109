package org.keras4j.ops.internal.partition;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.spi.Collectives.Fold;
import org.keras4j.core.spi.Collectives.Pending;

/**
 * Sums of float32 that are on their way over the processes while others are computed: one call begins, another one waits for the
 * end.
 */
final class Sending {
  /** What a call gives that has nothing to give but its place in an order. */
  static final TensorSpec TOKEN = new TensorSpec(Shape.of(), DType.INT32);

  private final Split split;
  private final List<TensorSpec> values;
  private final List<TensorSpec> sums;
  private final int bytes;
  private ByteBuffer memory = ByteBuffer.allocate(0);
  private Pending pending = () -> {};

  /**
   * For some sums.
   *
   * @param values of this process, of float32 or narrower floats
   * @param sums what comes out, of the same shapes
   */
  Sending(Split split, List<TensorSpec> values, List<TensorSpec> sums) {
    this.split = split;
    this.values = List.copyOf(values);
    this.sums = List.copyOf(sums);
    this.bytes = Math.toIntExact(
        sums.stream().mapToLong(s -> DType.FLOAT32.size() * s.shape().size()).sum());
  }

  /** Takes the values, and gives a token. */
  HostCall begin() {
    return new HostCall("send to the other processes", List.of(TOKEN), this::begin);
  }

  /** Takes a token that was given after it began, and gives the sums. */
  HostCall end() {
    return new HostCall("receive from the other processes", sums, this::end);
  }

  private synchronized List<NDArray> begin(List<NDArray> in) {
    if (memory.capacity() < bytes) {
      memory = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
    memory.clear().limit(bytes);
    for (int i = 0; i < values.size(); i++) {
      NDArray a = in.get(i);
      ByteBuffer b = (a.dtype() == DType.FLOAT32 ? a : a.astype(DType.FLOAT32)).bytes();
      b.rewind();
      memory.put(b);
    }
    memory.rewind();
    pending = split.group().allReduce(memory, DType.FLOAT32, Fold.SUM);
    return List.of(NDArray.zeros(DType.INT32, Shape.of()));
  }

  private synchronized List<NDArray> end(List<NDArray> in) {
    pending.await();
    List<NDArray> out = new ArrayList<>();
    int at = 0;
    for (TensorSpec s : sums) {
      int length = Math.toIntExact(DType.FLOAT32.size() * s.shape().size());
      NDArray a = NDArray.ofBytes(memory.slice(at, length), DType.FLOAT32, s.shape());
      at += length;
      out.add(s.dtype() == DType.FLOAT32 ? a : a.astype(s.dtype()));
    }
    return out;
  }
}
