package org.keras4j.tck.layers;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.ops.compile.Jit;

/**
 * Checks a layer in one call: it builds, its symbolic result (with unknown batch too) fits the eager one,
 * the compiled and the stateless call agree with it, and a layer made of its config, with its weights,
 * computes the same.
 */
public final class LayerTck {
  private LayerTck() {}

  /**
   * Checks a layer that draws no random numbers outside training.
   *
   * @param inputs an eager tensor, or a nested structure of them, whose first axis is the batch
   * @throws AssertionError saying what does not fit
   */
  public static void check(Layer layer, Object inputs) {
    check(layer, inputs, CallArgs.of());
  }

  /** Likewise, with further arguments of the call. */
  public static void check(Layer layer, Object inputs, CallArgs arguments) {
    String name = layer.getClass().getSimpleName();
    Object eager = layer.invokeNested(inputs, arguments);
    symbolic(name, layer, inputs, arguments, eager, false);
    symbolic(name, layer, inputs, arguments, eager, true);
    // a stateless call leaves out the conversion to the compute dtype, as Keras's does
    if (layer.computeDtype() == layer.variableDtype()) {
      same(name + " stateless", eager, stateless(layer, inputs, arguments));
    }
    List<Tensor> leaves = Nest.tensors(inputs);
    Jit jit = Jit.of(x -> layer.invokeNested(Nest.pack(inputs, (List<?>) x), arguments));
    same(name + " compiled", eager, jit.call(leaves));
    copied(name, layer, inputs, arguments, eager);
  }

  private static Object stateless(Layer layer, Object inputs, CallArgs arguments) {
    return layer
        .statelessCall(
            values(layer.trainableVariables()),
            values(layer.nonTrainableVariables()),
            inputs,
            arguments)
        .outputs();
  }

  private static List<Tensor> values(List<Variable> variables) {
    List<Tensor> out = new ArrayList<>();
    variables.forEach(v -> out.add(v.value()));
    return out;
  }

  private static void symbolic(
      String name,
      Layer layer,
      Object inputs,
      CallArgs arguments,
      Object eager,
      boolean unknownBatch) {
    Map<Tensor, KerasTensor> made = new IdentityHashMap<>();
    Object in = Nest.map(
        inputs,
        x -> x instanceof Tensor t
            ? made.computeIfAbsent(t, k -> new KerasTensor(spec(k, unknownBatch), "x"))
            : x);
    List<Tensor> found = Nest.tensors(layer.invokeNested(in, arguments));
    List<Tensor> expected = Nest.tensors(eager);
    require(found.size() == expected.size(), name + ": symbolic results", found, expected);
    for (int i = 0; i < found.size(); i++) {
      TensorSpec a = found.get(i).spec();
      TensorSpec b = expected.get(i).spec();
      require(
          a.dtype() == b.dtype() && a.shape().isCompatible(b.shape()),
          name + ": symbolic result " + i,
          a,
          b);
    }
  }

  private static TensorSpec spec(Tensor t, boolean unknownBatch) {
    return unknownBatch ? t.spec().withShape(t.shape().with(0, Shape.UNKNOWN)) : t.spec();
  }

  private static void copied(
      String name, Layer layer, Object inputs, CallArgs arguments, Object eager) {
    Object tree = Serializer.serialize(layer);
    Layer copy = (Layer) Objects.requireNonNull(Serializer.deserialize(tree));
    require(
        Objects.equals(tree, Serializer.serialize(copy)),
        name + ": config after a round trip",
        Serializer.serialize(copy),
        tree);
    copy.invokeNested(inputs, arguments);
    copy.setWeights(layer.getWeights());
    same(name + " from config", eager, copy.invokeNested(inputs, arguments));
  }

  static void same(String what, Object expected, Object found) {
    List<Tensor> a = Nest.tensors(expected);
    List<Tensor> b = Nest.tensors(found);
    require(a.size() == b.size(), what + ": results", b, a);
    for (int i = 0; i < a.size(); i++) {
      require(
          a.get(i).spec().equals(b.get(i).spec()),
          what,
          b.get(i).spec(),
          a.get(i).spec());
      NDArray x = a.get(i).toNDArray();
      NDArray y = b.get(i).toNDArray();
      double tolerance = x.dtype() == DType.FLOAT16 || x.dtype() == DType.BFLOAT16 ? 2e-2 : 1e-4;
      for (int k = 0; k < x.size(); k++) {
        double u = x.getDouble(k);
        double v = y.getDouble(k);
        require(
            Double.compare(u, v) == 0 || Math.abs(u - v) <= tolerance * (1 + Math.abs(u)),
            what + ", element " + k,
            v,
            u);
      }
    }
  }

  private static void require(boolean holds, String what, Object found, Object expected) {
    if (!holds) {
      throw new AssertionError(what + ": got " + found + ", expected " + expected);
    }
  }
}
