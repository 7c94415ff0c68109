package org.keras4j.backend.pytorch;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Forms of a convolution's kernel that are kept beside it: height, width, in and out as out, in, height and width
 * with in last in memory, the order that libtorch computes with, and with a batch normalization folded in. The
 * tensor that owns them guards them.
 */
final class KernelForms {
  // programs of one model ask for one form, those of several may ask for more
  private static final int KEPT = 4;

  private record Form(
      @Nullable Double epsilon,
      List<@Nullable WeakReference<TorchTensor>> others,
      TorchTensor[] tensors) {
    boolean fits(@Nullable Double e, @Nullable TorchTensor[] o) {
      if (!Objects.equals(e, epsilon) || others.size() != o.length) {
        return false;
      }
      for (int i = 0; i < o.length; i++) {
        WeakReference<TorchTensor> mine = others.get(i);
        if ((mine == null) != (o[i] == null) || (mine != null && mine.get() != o[i])) {
          return false;
        }
      }
      return true;
    }

    /** Whether a tensor that it was made of is gone. */
    boolean isStale() {
      return others.stream().anyMatch(r -> {
        TorchTensor t = r == null ? null : r.get();
        return r != null && (t == null || t.isClosed());
      });
    }

    void close() {
      for (TorchTensor t : tensors) {
        t.close();
      }
    }
  }

  private final TorchTensor kernel;
  private final List<Form> forms = new ArrayList<>();

  KernelForms(TorchTensor kernel) {
    this.kernel = kernel;
  }

  /** Puts the tensors of a form into a frame, made anew if they are not there. */
  void pushTo(Frame frame, int at, Script.Filters form, TorchTensor[] in) {
    @Nullable TorchTensor[] others = new TorchTensor[form.others().size()];
    boolean keep = kernel.storage().isExclusive();
    for (int i = 0; i < others.length; i++) {
      int k = form.others().get(i);
      others[i] = k < 0 ? null : in[k];
      keep &= k < 0 || in[k].storage().isExclusive();
    }
    if (keep) {
      for (Form f : forms) {
        if (f.fits(form.epsilon(), others)) {
          push(frame, at, f.tensors);
          return;
        }
      }
    }
    TorchTensor[] made = form.epsilon() == null
        ? new TorchTensor[] {ordered(kernel.tensor())}
        : folded(others, form.epsilon());
    push(frame, at, made);
    List<@Nullable WeakReference<TorchTensor>> weak = new ArrayList<>();
    for (TorchTensor t : others) {
      weak.add(t == null ? null : new WeakReference<>(t));
    }
    Form f = new Form(form.epsilon(), weak, made);
    if (!keep) {
      f.close();
      return;
    }
    forms.removeIf(old -> {
      boolean gone = old.isStale();
      if (gone) {
        old.close();
      }
      return gone;
    });
    if (forms.size() == KEPT) {
      forms.remove(0).close();
    }
    forms.add(f);
  }

  private static void push(Frame frame, int at, TorchTensor[] tensors) {
    for (int i = 0; i < tensors.length; i++) {
      tensors[i].pushTo(frame, at + i);
    }
  }

  /** A kernel in libtorch's order; takes over what it is given. */
  private TorchTensor ordered(Tensor given) {
    Shape s = kernel.spec().shape();
    TensorSpec spec = kernel.spec().withShape(Shape.of(s.dim(3), s.dim(2), s.dim(0), s.dim(1)));
    try (Tensor x = given;
        Tensor plain = x.detach();
        Tensor y = plain.permute(3, 2, 0, 1);
        Tensor z = y.contiguous(torch.MemoryFormat.ChannelsLast)) {
      return HostMemory.wrap(
          z, spec, kernel.device(), Storage.owned(spec.bytes(), kernel.device()));
    }
  }

  /** Kernel times scale, and (bias - mean) times scale plus beta, the scale gamma over the deviation. */
  private TorchTensor[] folded(@Nullable TorchTensor[] others, double epsilon) {
    List<Tensor> made = new ArrayList<>();
    try (Scalar e = new Scalar(epsilon)) {
      @Nullable Tensor[] o = new Tensor[others.length];
      for (int i = 0; i < o.length; i++) {
        if (others[i] != null) {
          Tensor t = of(made, others[i].tensor());
          o[i] = of(made, t.detach());
        }
      }
      Tensor scale = of(made, of(made, o[1].add(e)).rsqrt());
      scale = o[3] == null ? scale : of(made, scale.mul(o[3]));
      Tensor shift = o[2] == null ? of(made, o[0].neg()) : of(made, o[2].sub(o[0]));
      shift = of(made, shift.mul(scale));
      shift = o[4] == null ? shift : of(made, shift.add(o[4]));
      Tensor k = of(made, of(made, kernel.tensor()).detach());
      TensorSpec vector = kernel.spec().withShape(Shape.of(kernel.spec().dim(3)));
      return new TorchTensor[] {
        ordered(k.mul(scale)),
        HostMemory.wrap(
            shift, vector, kernel.device(), Storage.owned(vector.bytes(), kernel.device()))
      };
    } finally {
      made.forEach(Tensor::close);
    }
  }

  private static Tensor of(List<Tensor> made, Tensor t) {
    made.add(t);
    return t;
  }

  /** Frees them. */
  void close() {
    forms.forEach(Form::close);
    forms.clear();
  }
}
