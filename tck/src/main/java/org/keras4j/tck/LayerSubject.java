package org.keras4j.tck;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.layers.Layer;
import org.keras4j.layers.image.ImageLayer;
import org.keras4j.layers.preprocessing.Adapting;
import org.keras4j.ops.internal.engine.ArrayLike;

/** A layer or model made from its config, with its recorded weights; each check gets a fresh one. */
final class LayerSubject implements Subject {
  private final Case c;
  private final List<NDArray> recorded = new ArrayList<>();
  private final List<Integer> weightKeys = new ArrayList<>();
  private @Nullable Layer layer;
  private List<NDArray> before = List.of();

  LayerSubject(Case c) {
    this.c = c;
    for (Object w : c.list("weights")) {
      Object value = ((Map<?, ?>) w).get("value");
      recorded.add((NDArray) Codec.decode(value, c.arrays()::get));
      weightKeys.add(Codec.keys(value).iterator().next());
    }
  }

  @Override
  public void reset() {
    layer = prepared();
  }

  private Layer layer() {
    return Objects.requireNonNull(layer);
  }

  private Layer prepared() {
    Layer made = (Layer) Made.of(c);
    if (c.expected("adapt") instanceof List<?> adapt) {
      if (!(made instanceof Adapting a)) {
        throw new IllegalArgumentException(made + " does not adapt to data");
      }
      a.adapt(((List<?>) adapt.get(0)).get(0));
    }
    if (!made.isBuilt()) {
      call(made::invoke, key -> ArrayLike.tensor(c.arrays().get(key)));
    }
    made.setWeights(recorded);
    before = made.getWeights();
    return made;
  }

  /** A way to call a layer. */
  private interface Call {
    Object on(List<Object> args, Map<String, Object> kwargs);
  }

  @SuppressWarnings("unchecked")
  private Object call(Call call, IntFunction<? extends @Nullable Object> values) {
    List<Object> args = (List<Object>) Codec.decode(c.get("args"), values);
    Map<String, Object> kwargs = (Map<String, Object>) Codec.decode(c.get("kwargs"), values);
    List<Object> leaves = Nest.flatten(List.of(args, kwargs));
    List<?> masks = (List<?>) Codec.decode(c.list("input_masks"), values);
    for (int i = 0; i < masks.size(); i++) {
      if (masks.get(i) != null) {
        ((Tensor) leaves.get(i)).setKerasMask(ArrayLike.tensor(masks.get(i)));
      }
    }
    return call.on(args, kwargs);
  }

  /** The stateless call, of which Keras takes gradients. */
  @Override
  public @Nullable Object differentiable(IntFunction<? extends @Nullable Object> values) {
    Layer l = layer();
    return call(
        (args, kwargs) -> l.statelessCall(
                values(l.trainableVariables()), values(l.nonTrainableVariables()), args, kwargs)
            .outputs(),
        values);
  }

  private static List<Tensor> values(List<Variable> variables) {
    return variables.stream().map(Variable::value).toList();
  }

  @Override
  public Map<String, @Nullable Object> call(IntFunction<? extends @Nullable Object> values) {
    Layer l = layer();
    Object outputs = call(l::invoke, values);
    Map<String, @Nullable Object> out = new LinkedHashMap<>();
    out.put("outputs", outputs);
    out.put("output_masks", masks(outputs));
    out.put("losses", l.losses());
    return out;
  }

  private static List<@Nullable Object> masks(@Nullable Object outputs) {
    List<@Nullable Object> out = new ArrayList<>();
    boolean any = false;
    for (Object leaf : Nest.flatten(outputs)) {
      Tensor mask = leaf instanceof Tensor t ? t.kerasMask() : null;
      any |= mask != null;
      out.add(mask);
    }
    return any ? out : List.of();
  }

  /** The weights that the recorded call changed, and any other that this one changed. */
  @Override
  public Map<String, @Nullable Object> after() {
    Map<?, ?> expected = c.get("weights_after") instanceof Map<?, ?> m ? m : Map.of();
    List<Variable> weights = layer().weights();
    Map<String, Object> changed = new LinkedHashMap<>();
    for (int i = 0; i < weights.size(); i++) {
      NDArray value = weights.get(i).value().toNDArray();
      if (expected.containsKey(String.valueOf(i)) || !value.equals(before.get(i))) {
        changed.put(String.valueOf(i), value);
      }
    }
    Map<String, @Nullable Object> out = new LinkedHashMap<>();
    out.put("weights_after", changed);
    return out;
  }

  @Override
  public Map<Integer, Variable> variables() {
    Map<Integer, Variable> out = new LinkedHashMap<>();
    List<Variable> weights = layer().weights();
    for (int i = 0; i < weightKeys.size(); i++) {
      out.put(weightKeys.get(i), weights.get(i));
    }
    return out;
  }

  @Override
  public Set<Integer> inputKeys() {
    Set<Integer> out = new TreeSet<>(Codec.keys(c.list("args")));
    out.addAll(Codec.keys(c.get("kwargs")));
    out.addAll(Codec.keys(c.list("input_masks")));
    return out;
  }

  @Override
  public boolean hasBatch(TensorSpec argument, @Nullable TensorSpec first) {
    Shape s = argument.shape();
    int images = layer() instanceof ImageLayer ? 3 : 1; // rank of what may come without a batch
    return s.rank() > images && s.dim(0) != 1 && (first == null || s.dim(0) == first.dim(0));
  }
}
