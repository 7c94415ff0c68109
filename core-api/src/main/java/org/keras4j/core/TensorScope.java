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
      s.made.add(t);
    }
  }

  /** Spares a tensor; returns it. */
  public <T extends Tensor> T keep(T tensor) {
    if (tensor instanceof EagerTensor e) {
      if (kept == null) {
        kept = Collections.newSetFromMap(new IdentityHashMap<>());
      }
      kept.add(e);
    }
    return tensor;
  }

  /** Spares a tensor for good: no scope of this thread will free it. */
  public static void detach(EagerTensor tensor) {
    for (TensorScope s = CURRENT.get(); s != null; s = s.place.outer()) {
      for (int i = s.made.size() - 1; i >= 0; i--) {
        if (s.made.get(i) == tensor) {
          s.made.remove(i);
          return;
        }
      }
    }
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
      if (kept != null && kept.contains(t)) {
        if (outer != null) {
          outer.made.add(t);
        }
      } else {
        t.close();
      }
    }
  }
}
