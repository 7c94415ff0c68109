package org.keras4j.backend.pytorch;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.NativeMemory;

/** A libtorch tensor with our shape and dtype. */
final class TorchTensor implements BackendTensor {
  private final TensorSpec spec;
  private final String device;
  private final Holder holder;
  private boolean closed;
  private volatile long stamp;
  // known once it is first to be overwritten
  private @Nullable Boolean dense;
  private @Nullable KernelForms forms;

  /** Takes what the cell holds, which is moved out of it. */
  TorchTensor(TensorSpec spec, String device, IValue from, Storage storage) {
    this.spec = spec;
    this.device = device;
    this.holder = new Holder(this, storage);
    holder.cell.put(from);
  }

  /** Owns the native side, and outlives the Java one to free it. */
  private static final class Holder extends NativeMemory.Reclaimable<TorchTensor> {
    private final int slot;
    private final IValue cell;
    private final Storage storage;

    Holder(TorchTensor owner, Storage storage) {
      super(owner, LibTorch.MEMORY);
      this.storage = storage;
      this.slot = Slots.acquire(this);
      this.cell = Slots.cell(slot);
      storage.retain();
    }

    @Override
    protected void reclaim() {
      Slots.release(slot);
      storage.release();
    }
  }

  @Override
  public TensorSpec spec() {
    return spec;
  }

  @Override
  public String device() {
    return device;
  }

  /** Marks it as an argument of a run; whether it was one already. */
  boolean stamp(long run) {
    boolean again = stamp == run;
    stamp = run;
    return again;
  }

  /** Whether its elements lie in order, without gaps; asked once, for it never changes. */
  synchronized boolean isDense() {
    if (dense == null) {
      try (Tensor t = tensor()) {
        dense = t.is_contiguous();
      }
    }
    return dense;
  }

  /** Whether a value lies in the same memory. */
  synchronized boolean isAliasOf(IValue value) {
    try (Tensor mine = tensor();
        Tensor other = value.toTensor()) {
      return mine.is_alias_of(other);
    }
  }

  Storage storage() {
    return holder.storage;
  }

  /** Puts a reference into a frame; safe against a close by another thread. */
  synchronized void pushTo(Frame frame, int at) {
    if (closed) {
      throw new IllegalStateException("This tensor " + spec + " of backend 'pytorch' is closed");
    }
    frame.stack.put(at, holder.cell);
    Reference.reachabilityFence(this);
  }

  /**
   * Likewise a form of this kernel of a convolution, one tensor or two. It is kept as long as nobody but us can
   * change the numbers it is made of.
   */
  synchronized void pushFiltersTo(Frame frame, int at, Script.Filters form, TorchTensor[] in) {
    if (forms == null) {
      forms = new KernelForms(this);
    }
    forms.pushTo(frame, at, form, in);
  }

  /** The libtorch tensor, a reference of its own that the caller closes. */
  synchronized Tensor tensor() {
    if (closed) {
      throw new IllegalStateException("This tensor " + spec + " of backend 'pytorch' is closed");
    }
    return new Tensor(holder.cell.toTensor()); // which refers to what lies in the cell
  }

  /** A tensor that takes over what this one holds; this one is closed. */
  synchronized TorchTensor moved() {
    TorchTensor t = new TorchTensor(spec, device, holder.cell, holder.storage);
    t.dense = dense;
    close();
    return t;
  }

  /** The spec with the shape that a value turned out to have. */
  static TensorSpec actual(IValue value, TensorSpec spec) {
    try (Tensor t = value.toTensor()) {
      return spec.withShape(Shape.of(HostWorks.sizes(t)));
    }
  }

  @Override
  public NDArray toHost() {
    try (Tensor t = tensor()) {
      return copyOut(t, spec);
    } catch (RuntimeException e) {
      throw Failures.wrap("Copying " + spec + " to the host", e);
    }
  }

  static NDArray copyOut(Tensor t, TensorSpec spec) {
    NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
    long bytes = spec.bytes();
    if (bytes == 0) {
      return out;
    }
    if (t.is_cpu() && t.is_contiguous() && !t.is_conj() && !t.is_neg()) {
      out.bytes().put(view(t, bytes));
      return out;
    }
    try (Tensor host = t.is_cpu() ? t.contiguous() : t.cpu();
        Tensor plain = host.resolve_conj();
        Tensor dense = plain.resolve_neg();
        Tensor contiguous = dense.contiguous()) {
      out.bytes().put(view(contiguous, bytes));
      return out;
    }
  }

  /** The memory of a contiguous tensor in host memory. */
  static ByteBuffer view(Tensor t, long bytes) {
    return new BytePointer(t.data_ptr()).capacity(bytes).asByteBuffer();
  }

  @Override
  public synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      holder.clear();
      holder.reclaim();
      if (forms != null) {
        forms.close();
        forms = null;
      }
    }
  }

  @Override
  public String toString() {
    return "TorchTensor(" + spec + (isClosed() ? ", closed)" : ")");
  }
}
