package org.keras4j.training.internal.outputs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;

/** The outputs of a model in a row, their names, and how targets and weights are matched with them. */
public final class Outputs {
  private final List<Tensor> tensors;
  private final List<@Nullable String> names;

  /**
   * @param predictions what the model gave
   * @param layerNames the names of the outputs' layers; empty if not known
   */
  public Outputs(Object predictions, List<String> layerNames) {
    this.tensors = Nest.tensors(predictions);
    List<@Nullable String> found = new ArrayList<>();
    if (predictions instanceof Map<?, ?> m) {
      new TreeMap<Object, Object>(m).keySet().forEach(k -> found.add(k.toString()));
    }
    if (found.size() != tensors.size()) {
      found.clear();
      for (int i = 0; i < tensors.size(); i++) {
        found.add(layerNames.size() == tensors.size() ? layerNames.get(i) : null);
      }
    }
    this.names = found;
  }

  public int size() {
    return tensors.size();
  }

  public List<Tensor> tensors() {
    return tensors;
  }

  public List<@Nullable String> names() {
    return names;
  }

  /** An output in messages: {@code output 'a'}, or by its number where no name is known. */
  public String label(int i) {
    String name = names.get(i);
    return name != null ? "output '" + name + "'" : size() == 1 ? "the output" : "output " + i;
  }

  /** All of them, for messages. */
  public List<String> labels() {
    return java.util.stream.IntStream.range(0, size()).mapToObj(this::label).toList();
  }

  /** The position of an output by its key or name. */
  public int indexOf(String what, Object key) {
    int i = names.indexOf(key.toString());
    if (i < 0) {
      throw new IllegalArgumentException(
          "compile: " + what + " names the output '" + key + "', the model has " + labels());
    }
    return i;
  }

  /**
   * One value an output, in their order, from targets or weights nested in any way that fits.
   *
   * @param replicate whether one value stands for all outputs
   */
  public List<@Nullable Object> match(String what, @Nullable Object values, boolean replicate) {
    @Nullable Object[] out = new Object[size()];
    if (values == null) {
      return Arrays.asList(out);
    }
    if (values instanceof Map<?, ?> m) {
      for (Object k : m.keySet()) {
        int i = names.indexOf(k.toString());
        if (i < 0) {
          throw new IllegalArgumentException(
              what + ": there is no output '" + k + "', the model has " + labels());
        }
        out[i] = m.get(k);
      }
      return Arrays.asList(out);
    }
    List<Object> flat = Nest.flatten(values);
    if (flat.size() == size()) {
      return flat;
    }
    if (flat.size() == 1 && replicate) {
      Arrays.fill(out, flat.get(0));
      return Arrays.asList(out);
    }
    throw new IllegalArgumentException(
        what + ": expected one array for each of " + labels() + ", got " + flat.size());
  }
}
