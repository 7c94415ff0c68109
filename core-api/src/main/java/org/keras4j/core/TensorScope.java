package org.keras4j.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.context.Context;

/**
 * Frees, when closed, every eager tensor that the current thread made inside it, but for those
 * handed to {@link #keep}. Scopes nest; a kept tensor passes to the scope around.
 */
public final class TensorScope implements AutoCloseable {
  private static final Context.Key<TensorScope> CURRENT = Context.Key.ofThread("tensor scope");

  private final Context.Place<TensorScope> place;
  private final List<EagerTensor> made = new ArrayList<>();
  private @Nullable Set<EagerTensor> kept;
  private boolean open = true;

  public TensorScope() {
    place = CURRENT.open(this);
  }

  static void register(EagerTensor t) {
    TensorScope s = CURRENT.get();
    if (s != null) {
      s.add(t);
    }
  }

  /** Spares a tensor; returns it. */
  public <T extends Tensor> T keep(T tensor) {
    if (tensor instanceof EagerTensor e) {
      if (kept == null) {
        kept = Collections.newSetFromMap(new IdentityHashMap<>());
      }
      kept.add(e);
    } else if (tensor instanceof SparseTensor s) {
      keep(s.indices());
      keep(s.values());
    }
    return tensor;
  }

  /** Spares a tensor for good: no scope of this thread will free it. Takes the same time however many the scope made. */
  public static void detach(EagerTensor tensor) {
    for (TensorScope s = CURRENT.get(); s != null; s = s.place.outer()) {
      if (s == tensor.scope) {
        s.remove(tensor);
        return;
      }
    }
  }

  private void add(EagerTensor t) {
    t.scope = this;
    t.placeInScope = made.size();
    made.add(t);
  }

  /** The last one takes the place of the one that goes. */
  private void remove(EagerTensor t) {
    EagerTensor last = made.remove(made.size() - 1);
    if (last != t) {
      last.placeInScope = t.placeInScope;
      made.set(t.placeInScope, last);
    }
    t.scope = null;
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    place.close();
    open = false;
    TensorScope outer = place.outer();
    for (EagerTensor t : made) {
      t.scope = null;
      if (kept == null || !kept.contains(t)) {
        t.close();
      } else if (outer != null) {
        outer.add(t);
      }
    }
    made.clear();
  }
}
