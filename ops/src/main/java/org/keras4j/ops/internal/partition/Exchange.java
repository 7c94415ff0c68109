package org.keras4j.ops.internal.partition;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.spi.Collectives;
import org.keras4j.core.spi.Collectives.Fold;
import org.keras4j.core.spi.Collectives.Pending;

/**
 * What the processes tell each other at one point of a step: sums over them, and rows joined. Sums of one dtype go in buckets
 * of {@link Collectives#bucketBytes}, and one bucket is on its way while the next is filled.
 */
final class Exchange implements HostCall.HostFunction {
  private final Split split;
  private final List<Item> items;
  // memory of the calls before, in the order in which a call takes it
  private final List<ByteBuffer> memories = new ArrayList<>();
  private int taken;

  /** One value: folded over the processes, or joined of their rows. */
  sealed interface Item permits Folded, Joined {
    /** What comes out. */
    TensorSpec out();
  }

  record Folded(Fold fold, TensorSpec out) implements Item {}

  record Joined(int axis, long factor, TensorSpec out) implements Item {}

  private Exchange(Split split, List<Item> items) {
    this.split = split;
    this.items = List.copyOf(items);
  }

  /** The primitive for some values. */
  static HostCall call(Split split, List<Item> items) {
    return new HostCall(
        "exchange with the other processes",
        items.stream().map(Item::out).toList(),
        new Exchange(split, items));
  }

  /** Likewise, which takes a token besides, and gives one: a place in an order of exchanges. */
  static HostCall inOrder(Split split, List<Item> items) {
    List<TensorSpec> out = new ArrayList<>(items.stream().map(Item::out).toList());
    out.add(Sending.TOKEN);
    Exchange e = new Exchange(split, items);
    return new HostCall("exchange with the other processes", out, in -> {
      List<NDArray> all = new ArrayList<>(e.call(in.subList(0, items.size())));
      all.add(NDArray.zeros(Sending.TOKEN.dtype(), Sending.TOKEN.shape()));
      return all;
    });
  }

  /** Whether numbers of a dtype travel as float32. */
  static boolean isCarriedAsFloat32(DType t) {
    return !t.isComplex() && carrier(t) == DType.FLOAT32;
  }

  /** The values of such a primitive. */
  List<Item> items() {
    return items;
  }

  @Override
  public synchronized List<NDArray> call(List<NDArray> in) {
    taken = 0;
    NDArray[] out = new NDArray[items.size()];
    Map<List<Object>, List<Integer>> folds = new LinkedHashMap<>();
    List<Integer> joins = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Folded f) {
        folds
            .computeIfAbsent(List.of(f.fold, carrier(f.out.dtype())), k -> new ArrayList<>())
            .add(i);
      } else {
        joins.add(i);
      }
    }
    List<Bucket> buckets = new ArrayList<>();
    folds.forEach((key, which) -> {
      DType carrier = (DType) key.get(1);
      Bucket b = new Bucket((Fold) key.get(0), carrier);
      for (int i : which) {
        if (b.bytes > 0 && b.bytes + b.size(in.get(i)) > split.group().bucketBytes()) {
          b.send(split.group());
          buckets.add(b);
          b = new Bucket((Fold) key.get(0), carrier);
        }
        b.add(i, in.get(i));
      }
      b.send(split.group());
      buckets.add(b);
    });
    buckets.forEach(b -> b.receive(items, out));
    if (!joins.isEmpty()) {
      join(joins, in, out);
    }
    return List.of(out);
  }

  /** What numbers of a dtype travel as: sums of half precision are taken in float32. */
  private static DType carrier(DType t) {
    if (t == DType.FLOAT64 || t == DType.COMPLEX128) {
      return DType.FLOAT64;
    }
    return t.isFloat() || t.isComplex() ? DType.FLOAT32 : t == DType.INT32 ? t : DType.INT64;
  }

  /** Numbers of one dtype in a row. */
  private final class Bucket {
    private final Fold fold;
    private final DType carrier;
    private final List<Integer> places = new ArrayList<>();
    private final List<NDArray> arrays = new ArrayList<>();
    private long bytes;
    private ByteBuffer memory = ByteBuffer.allocate(0);
    private Pending pending = () -> {};

    Bucket(Fold fold, DType carrier) {
      this.fold = fold;
      this.carrier = carrier;
    }

    long size(NDArray a) {
      return (long) a.size() * carrier.size() * (a.dtype().isComplex() ? 2 : 1);
    }

    void add(int place, NDArray a) {
      places.add(place);
      arrays.add(a);
      bytes += size(a);
    }

    void send(Collectives group) {
      memory = memory(bytes);
      for (NDArray a : arrays) {
        memory.put(
            a.dtype().isComplex() || a.dtype() == carrier ? bytes(a) : bytes(a.astype(carrier)));
      }
      memory.rewind();
      pending = group.allReduce(memory, carrier, fold);
    }

    // what comes out lies in this memory, which is the next call's again: whoever runs host calls
    // takes copies
    void receive(List<Item> items, NDArray[] out) {
      pending.await();
      int at = 0;
      for (int i = 0; i < places.size(); i++) {
        TensorSpec spec = items.get(places.get(i)).out();
        DType as = spec.dtype().isComplex() ? spec.dtype() : carrier;
        int length = Math.toIntExact(as.size() * spec.shape().size());
        NDArray a = NDArray.ofBytes(
            memory.slice(at, length).order(ByteOrder.nativeOrder()), as, spec.shape());
        at += length;
        out[places.get(i)] = as == spec.dtype() ? a : a.astype(spec.dtype());
      }
    }
  }

  private ByteBuffer memory(long bytes) {
    int n = taken++;
    int size = Math.toIntExact(bytes);
    if (n == memories.size()) {
      memories.add(ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder()));
    } else if (memories.get(n).capacity() < size) {
      memories.set(n, ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder()));
    }
    return memories.get(n).clear().limit(size);
  }

  private static ByteBuffer bytes(NDArray a) {
    ByteBuffer b = a.bytes();
    b.rewind();
    return b;
  }

  private void join(List<Integer> joins, List<NDArray> in, NDArray[] out) {
    int ranks = split.group().size();
    long most = 0;
    for (int i : joins) {
      Joined j = (Joined) items.get(i);
      most += j.out.bytes() / split.batch() * split.rows(0);
    }
    ByteBuffer mine = memory(most);
    joins.forEach(i -> mine.put(bytes(in.get(i))));
    mine.rewind();
    ByteBuffer all = memory(Math.multiplyExact(most, ranks));
    split.group().allGather(mine, all);
    long[] at = new long[ranks];
    for (int r = 0; r < ranks; r++) {
      at[r] = most * r;
    }
    for (int i : joins) {
      Joined j = (Joined) items.get(i);
      Shape s = j.out.shape();
      NDArray a = NDArray.zeros(j.out.dtype(), s);
      ByteBuffer to = bytes(a);
      long blocks = s.slice(0, j.axis).size();
      long row = blocks == 0 ? 0 : j.out.bytes() / blocks / split.batch();
      for (int r = 0; r < ranks; r++) {
        int chunk = Math.toIntExact(row * split.rows(r));
        for (long b = 0; b < blocks; b++) {
          ByteBuffer from = all.slice(Math.toIntExact(at[r] + b * chunk), chunk);
          to.position(Math.toIntExact(row * (b * split.batch() + split.start(r))));
          to.put(from);
        }
        at[r] += blocks * chunk;
      }
      out[i] = a;
    }
  }
}
