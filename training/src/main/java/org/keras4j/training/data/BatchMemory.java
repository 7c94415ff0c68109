package org.keras4j.training.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.TransferMemory;

/**
 * Where the batches of an epoch lie, one after another in the same memory: fresh pages would cost more than the
 * copying. Large ones lie in memory that the device reads by itself, where the backend has such. Batches take
 * turns there, so that one is made while the last ones are still copied.
 */
final class BatchMemory implements AutoCloseable {
  private static final int TURNS = 2;
  private static final int ALIGNMENT = 64;
  // below, copying costs less than to wait until the device has read
  private static final long LARGE = 128 << 10;

  private final List<NDArray> like;
  private final LongFunction<@Nullable TransferMemory> source;
  private final Map<Integer, Rooms> rooms = new HashMap<>();

  /** One place for the arrays of a batch. */
  private record Room(@Nullable TransferMemory memory, List<NDArray> arrays) {}

  /** The places for batches of one size. */
  private static final class Rooms {
    final List<Room> all = new ArrayList<>();
    boolean transferred = true; // until the backend says otherwise
    int turn;
  }

  /**
   * No memory yet.
   *
   * @param like what batches are taken from
   * @param source gives memory of so many bytes that the device reads by itself, or null
   */
  BatchMemory(List<NDArray> like, LongFunction<@Nullable TransferMemory> source) {
    this.like = like;
    this.source = source;
  }

  /** Arrays for so many rows that the device reads by itself; null where it does not. */
  @Nullable
  List<NDArray> transferred(int rows) {
    Rooms r = rooms.computeIfAbsent(rows, n -> new Rooms());
    if (r.transferred && r.all.size() < TURNS) {
      Room fresh = transferable(rows);
      if (fresh != null) {
        r.all.add(fresh);
        return fresh.arrays;
      }
      r.transferred = !r.all.isEmpty();
    }
    if (!r.transferred) {
      return null;
    }
    Room next = r.all.get(r.turn);
    r.turn = (r.turn + 1) % r.all.size();
    java.util.Objects.requireNonNull(next.memory).await();
    return next.arrays;
  }

  /** Arrays for so many rows; strings are not among them. */
  List<NDArray> any(int rows) {
    List<NDArray> out = transferred(rows);
    if (out == null) {
      List<Room> all = Objects.requireNonNull(rooms.get(rows)).all;
      if (all.isEmpty()) {
        all.add(new Room(
            null,
            specs(rows).stream().map(s -> NDArray.zeros(s.dtype(), s.shape())).toList()));
      }
      out = all.get(0).arrays;
    }
    return out;
  }

  private List<TensorSpec> specs(int rows) {
    return like.stream()
        .map(a -> new TensorSpec(a.shape().with(0, rows), a.dtype()))
        .toList();
  }

  private @Nullable Room transferable(int rows) {
    long bytes = 0;
    for (TensorSpec s : specs(rows)) {
      bytes = aligned(bytes) + (s.dtype() == DType.STRING ? 0 : s.bytes());
    }
    TransferMemory memory = bytes < LARGE ? null : source.apply(bytes);
    if (memory == null) {
      return null;
    }
    ByteBuffer all = memory.bytes();
    List<NDArray> arrays = new ArrayList<>();
    long at = 0;
    for (TensorSpec s : specs(rows)) {
      at = aligned(at);
      if (s.dtype() == DType.STRING) {
        arrays.add(NDArray.zeros(s.dtype(), s.shape()));
      } else {
        arrays.add(NDArray.ofBytes(all.slice((int) at, (int) s.bytes()), s.dtype(), s.shape()));
        at += s.bytes();
      }
    }
    return new Room(memory, arrays);
  }

  private static long aligned(long at) {
    return (at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  @Override
  public void close() {
    for (Rooms r : rooms.values()) {
      for (Room room : r.all) {
        if (room.memory != null) {
          room.memory.close();
        }
      }
    }
    rooms.clear();
  }
}
