package org.keras4j.distribution.gloo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.ReduceOp;
import org.bytedeco.pytorch.ReduceScatterOptions;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.spi.Collectives;
import org.keras4j.core.spi.CollectivesException;

/** A group whose numbers go through libtorch's {@code ProcessGroupGloo}. */
final class GlooCollectives implements Collectives {
  private static final int LOOK_MS = 500;
  // groups that failed: what Gloo still waits for in them reads and writes their memory
  private static final List<Object> GIVEN_UP = new ArrayList<>();

  private final Group group;
  private final Rendezvous rendezvous;
  private final Duration timeout;
  private final TCPStore store;
  private final ProcessGroupGloo gloo;

  GlooCollectives(Group group, Rendezvous rendezvous, String address, Duration timeout) {
    this.group = group;
    this.rendezvous = rendezvous;
    this.timeout = timeout;
    boolean first = group.rank == 0;
    // so long that this side gives up first, and can say who did not come
    Milliseconds patience = new Milliseconds(timeout.toMillis() + 60_000);
    try {
      store = new TCPStore(
          first ? rendezvous.local().getHostAddress() : address,
          new TCPStoreOptions()
              .port((short) rendezvous.storePort())
              .isServer(first)
              .waitWorkers(false)
              .timeout(patience));
      if (first) {
        rendezvous.go(store.getPort() & 0xFFFF);
      }
      ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(patience);
      options.devices(new GlooDeviceVector(
          ProcessGroupGloo.createDeviceForHostname(rendezvous.local().getHostAddress())));
      options.threads(2);
      gloo = new ProcessGroupGloo(store, group.rank, group.size, options);
    } catch (IOException | RuntimeException e) {
      throw lost("connecting", e);
    }
  }

  private CollectivesException lost(String what, Throwable e) {
    Group.Failure f = group.awaitFailure(Rendezvous.GRACE);
    if (f != null) {
      return new CollectivesException(f.message(), f.rank(), null);
    }
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return new CollectivesException(
        "Gloo failed in " + what + ": " + (end < 0 ? message : message.substring(0, end)), -1, e);
  }

  @Override
  public int rank() {
    return group.rank;
  }

  @Override
  public int size() {
    return group.size;
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  private static Tensor tensor(ByteBuffer memory, DType dtype) {
    if (!memory.isDirect()) {
      throw new IllegalArgumentException("Collectives work on direct memory, got a heap buffer");
    }
    torch.ScalarType type = switch (dtype) {
      case FLOAT32 -> torch.ScalarType.Float;
      case FLOAT64 -> torch.ScalarType.Double;
      case INT32 -> torch.ScalarType.Int;
      case INT64 -> torch.ScalarType.Long;
      case UINT8 -> torch.ScalarType.Byte;
      default ->
        throw new IllegalArgumentException(
            "Collectives have float32, float64, int32, int64 and" + " uint8, got " + dtype);
    };
    ByteBuffer all = memory.duplicate();
    all.rewind();
    Pointer p = new BytePointer(all);
    return torch.from_blob(p, new long[] {all.limit() / dtype.size()}, new TensorOptions(type));
  }

  private static ReduceOp op(Fold fold) {
    return new ReduceOp(
        switch (fold) {
          case SUM -> ReduceOp.RedOpType.SUM;
          case MIN -> ReduceOp.RedOpType.MIN;
          case MAX -> ReduceOp.RedOpType.MAX;
        });
  }

  /**
   * Begins an operation.
   *
   * @param used memory and tensors that must stay until it ends
   */
  private Pending begin(String what, Supplier<Work> operation, List<?> used) {
    group.requireWhole();
    Work work;
    try {
      work = operation.get();
    } catch (RuntimeException e) {
      throw lost(what, e);
    }
    return () -> await(what, work, used);
  }

  private void await(String what, Work work, List<?> used) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      try {
        work._wait(new Milliseconds(LOOK_MS));
        work.close();
        return;
      } catch (RuntimeException e) {
        if (work.isCompleted() && work.isSuccess()) {
          continue; // it ended just now
        }
        boolean late = System.nanoTime() > deadline;
        if (work.isCompleted() || late || group.failure() != null) {
          synchronized (GIVEN_UP) {
            GIVEN_UP.add(List.of(this, work, used));
          }
          if (late && !work.isCompleted()) {
            rendezvous.stuck(what);
          }
          throw lost(what, e);
        }
      }
    }
  }

  @Override
  public Pending allReduce(ByteBuffer data, DType dtype, Fold fold) {
    if (!data.hasRemaining() && data.limit() == 0) {
      return () -> {};
    }
    Tensor t = tensor(data, dtype);
    TensorVector v = new TensorVector(t);
    AllreduceOptions o = new AllreduceOptions().reduceOp(op(fold));
    return begin("a sum over the processes", () -> gloo.allreduce(v, o), List.of(data, t, v, o));
  }

  @Override
  public void broadcast(ByteBuffer data, int root) {
    if (data.limit() == 0) {
      return;
    }
    Tensor t = tensor(data, DType.UINT8);
    TensorVector v = new TensorVector(t);
    BroadcastOptions o = new BroadcastOptions().rootRank(root);
    begin("a broadcast", () -> gloo.broadcast(v, o), List.of(data, t, v, o)).await();
  }

  @Override
  public void allGather(ByteBuffer mine, ByteBuffer all) {
    requireParts(mine, all);
    if (mine.limit() == 0) {
      return;
    }
    Tensor in = tensor(mine, DType.UINT8);
    Tensor out = tensor(all, DType.UINT8);
    begin("a join of values", () -> gloo._allgather_base(out, in), List.of(mine, all, in, out))
        .await();
  }

  @Override
  public void reduceScatter(ByteBuffer all, ByteBuffer mine, DType dtype, Fold fold) {
    requireParts(mine, all);
    if (mine.limit() == 0) {
      return;
    }
    Tensor in = tensor(all, dtype);
    Tensor out = tensor(mine, dtype);
    ReduceScatterOptions o = new ReduceScatterOptions().reduceOp(op(fold));
    begin(
            "a sum in parts",
            () -> gloo._reduce_scatter_base(out, in, o),
            List.of(all, mine, in, out, o))
        .await();
  }

  private void requireParts(ByteBuffer mine, ByteBuffer all) {
    if (all.limit() != (long) mine.limit() * group.size) {
      throw new IllegalArgumentException("Expected " + group.size + " times " + mine.limit()
          + " bytes for all ranks, got " + all.limit());
    }
  }

  @Override
  public void barrier() {
    begin("a barrier", gloo::barrier, List.of(gloo)).await();
  }

  @Override
  public void abort(String reason) {
    rendezvous.abort(reason);
  }

  @Override
  public void close() {
    @Nullable Object failed = group.failure();
    if (failed == null) {
      rendezvous.bye();
      group.leave();
      gloo.close();
      store.close();
    } else {
      synchronized (GIVEN_UP) {
        GIVEN_UP.add(List.of(gloo, store));
      }
      group.leave();
    }
  }
}
