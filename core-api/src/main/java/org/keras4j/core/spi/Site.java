package org.keras4j.core.spi;

import java.util.List;
import org.keras4j.core.TensorSpec;

/**
 * Where a primitive is lowered: its inputs in the backend's world, and the specs around.
 *
 * @param <V> what stands for a value: a native tensor, or a name in a program text
 */
public record Site<V>(List<V> inputs, List<TensorSpec> in, List<TensorSpec> out) {
  public V input(int i) {
    return inputs.get(i);
  }

  public TensorSpec in(int i) {
    return in.get(i);
  }

  public TensorSpec out(int i) {
    return out.get(i);
  }
}
