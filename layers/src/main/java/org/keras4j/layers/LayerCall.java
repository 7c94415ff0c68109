package org.keras4j.layers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.NDArray;
import org.keras4j.core.Names;
import org.keras4j.core.Nest;
import org.keras4j.core.OperationNode;
import org.keras4j.core.Shape;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.distribution.Distribution;
import org.keras4j.distribution.TensorLayout;
import org.keras4j.ops.custom.Autocast;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.grad.Remat;
import org.keras4j.ops.grad.RematScope;

/**
 * What happens around the {@code call} of a layer, as in Keras's {@code __call__}: arguments are converted and
 * checked, the layer is built, training and masks are found out, and symbolic calls are recorded.
 */
final class LayerCall {
  private final Layer layer;

  /** The scope that the layer was made in. */
  final @Nullable RematScope remat = RematScope.current();

  private @Nullable OperationNode first;

  LayerCall(Layer layer) {
    this.layer = layer;
  }

  Object invoke(List<Object> args, Map<String, Object> kwargs) {
    if (Op.isSymbolic(args.toArray()) || Op.isSymbolic(kwargs.values().toArray())) {
      Object result = placed(args, kwargs);
      OperationNode node = new OperationNode(layer, args, kwargs, result);
      if (first == null) {
        first = node;
      }
      return result;
    }
    return run(args, kwargs);
  }

  /** Whether a call on symbolic tensors is known. */
  boolean isRecorded() {
    return first != null;
  }

  /** The first call on symbolic tensors. */
  OperationNode first(String what) {
    if (first == null) {
      throw new IllegalStateException(
          layer.label() + ": was never called on a symbolic tensor, and thus has no " + what);
    }
    return first;
  }

  /** The specs of the outputs, as symbolic tensors. */
  Object outputSpec(@Nullable Object inputs, Map<String, Object> arguments) {
    Object kwargs = Objects.requireNonNull(symbolic(arguments));
    return placed(Collections.singletonList(symbolic(inputs)), (Map<?, ?>) kwargs);
  }

  /** The result of a call on symbolic tensors. */
  private Object placed(List<?> args, Map<?, ?> kwargs) {
    return Objects.requireNonNull(Op.symbolicResult(List.of(args, kwargs), this::runPlaced));
  }

  Shape outputShape(Shape input) {
    Object out = outputSpec(new TensorSpec(input, layer.computeDtype()), Map.of());
    return Nest.tensors(out).get(0).shape();
  }

  private static @Nullable Object symbolic(@Nullable Object structure) {
    return Nest.map(
        structure,
        x -> x instanceof TensorSpec s
            ? new KerasTensor(s, "input")
            : x instanceof Tensor t && !(x instanceof KerasTensor)
                ? new KerasTensor(t.spec(), "input", t instanceof SparseTensor)
                : x);
  }

  @SuppressWarnings("unchecked")
  private Object runPlaced(Object both) {
    List<?> l = (List<?>) both;
    return run((List<Object>) l.get(0), (Map<String, Object>) l.get(1));
  }

  private Object run(List<Object> args, Map<String, Object> kwargs) {
    try {
      return runOn(layer.inputs.converted(args), kwargs);
    } catch (MemoryLimitException e) {
      throw e.in(layer.label());
    } catch (IllegalArgumentException e) {
      // the innermost layer that failed is the one named
      IllegalArgumentException named = Failures.of(layer.label(), e);
      throw named == e || !layer.inputs.convert ? named : ofStrings(args, named);
    }
  }

  // strings among the inputs of a layer on numbers are why it failed, whatever it says
  private IllegalArgumentException ofStrings(List<Object> args, IllegalArgumentException e) {
    for (Object leaf : Nest.flatten(args)) {
      boolean array = leaf instanceof NDArray a && a.dtype() == DType.STRING;
      if (array || leaf instanceof String) {
        return Failures.inPlaceOf(
            e,
            new IllegalArgumentException(layer.label() + ": expected numbers, got "
                + (array
                    ? "strings of shape " + ((NDArray) leaf).shape()
                    : "the string '" + leaf + "'")
                + "; StringLookup, Hashing and TextVectorization make numbers of strings"));
      }
    }
    return e;
  }

  private Object runOn(List<Object> args, Map<String, Object> kwargs) {
    LayerInputs inputs = layer.inputs;
    Map<String, Object> named = inputs.named(args, kwargs);
    Object input = inputs.first(args, named);
    inputs.check(input);
    if (layer.building.isDue()) {
      layer.building.buildForCall(input, named);
      inputs.check(input);
    }
    return inContext(input, named, this::outputs);
  }

  /** Runs a call's body with the training phase resolved. */
  private Object inContext(
      @Nullable Object input,
      Map<String, Object> named,
      BiFunction<@Nullable Object, CallContext, Object> body) {
    Boolean explicit = (Boolean) named.remove("training");
    CallStack outer = CallStack.current();
    Boolean inherited = explicit != null ? explicit : outer != null ? outer.training() : null;
    boolean training = inherited != null ? inherited : layer.defaultTraining();
    CallContext context = new CallContext(training, inherited != null, input, named);
    return CallStack.enter(
        inherited != null ? inherited : layer.defaultTraining() ? Boolean.TRUE : null,
        layer,
        () -> Names.in(layer.name(), () -> body.apply(input, context)));
  }

  private Object outputs(@Nullable Object input, CallContext context) {
    Object masks = context.masks();
    boolean forgets = RematCall.applies(layer, remat, () -> outputSpec(input, context.arguments()));
    Object out = forgets
        ? RematCall.run(layer, input, x -> autocasting(() -> layer.call(x, context)))
        : autocasting(() -> layer.call(input, context));
    out = laidOut(out);
    layer.losses.addActivity(out);
    if (layer.isSupportsMasking()) {
      setMasks(input, out, masks);
    }
    return out;
  }

  /** The outputs as the distribution in force wants them on its devices. */
  private Object laidOut(Object out) {
    Distribution d = Distribution.distribution();
    TensorLayout layout = d == null ? null : d.tensorLayout(layer.building.path() + "/output");
    if (layout == null) {
      return out;
    }
    return Objects.requireNonNull(Nest.map(
        out,
        x -> x instanceof Tensor t && t.dtype() != DType.STRING
            ? Distribution.distributeTensor(t, layout)
            : x));
  }

  <R> R autocasting(Supplier<R> body) {
    DType scope = Autocast.dtype();
    DType compute = layer.computeDtype();
    DType wanted = scope;
    if (scope != null) {
      wanted = layer.inputs.autocast && compute.isFloat() ? compute : null;
    } else if (compute != layer.variableDtype()) {
      wanted = compute;
    }
    return wanted == scope ? body.get() : Autocast.with(wanted, body);
  }

  private void setMasks(@Nullable Object input, Object out, @Nullable Object previous) {
    List<Tensor> outputs = Nest.tensors(out);
    if (outputs.stream().allMatch(t -> t.kerasMask() != null)) {
      return;
    }
    Object mask = layer.computeMask(input, previous);
    if (mask == null) {
      return;
    }
    List<Object> flat = Nest.flatten(mask);
    for (int i = 0; i < Math.min(flat.size(), outputs.size()); i++) {
      if (flat.get(i) instanceof Tensor m && outputs.get(i).kerasMask() == null) {
        outputs.get(i).setKerasMask(m);
      }
    }
  }

  /** The result of a call that gives one tensor. */
  Tensor one(@Nullable Object result) {
    if (result instanceof Tensor t) {
      return t;
    }
    if (result == null) {
      throw new IllegalStateException(layer.label() + ": its call gave null instead of a tensor");
    }
    throw new IllegalStateException(
        layer.label() + ": gives several tensors; use invokeNested, which returns them all");
  }

  /** Calls the {@code call} of the layer's class that is for such an input. */
  Object byKind(@Nullable Object input, CallContext context) {
    if (input instanceof Tensor t) {
      return layer.call(t, context);
    }
    if (input instanceof List<?> l && l.stream().allMatch(Tensor.class::isInstance)) {
      return layer.call(l.stream().map(Tensor.class::cast).toList(), context);
    }
    throw new IllegalArgumentException("expected a tensor or a list of tensors as input, got "
        + (input == null ? "null" : input.getClass().getSimpleName()));
  }

  /** The one symbolic tensor that the layer takes or gives. */
  KerasTensor only(String what, List<KerasTensor> tensors) {
    if (tensors.size() != 1) {
      throw new IllegalStateException(layer.label() + ": has " + tensors.size() + " " + what
          + "s, not one; " + what + "s() lists them");
    }
    return tensors.get(0);
  }

  /** Applies an activation function, which forgets what it computed if the layer's scope says so. */
  Tensor activate(OutputFunction function, Tensor x) {
    if (remat == null || !"activations".equals(remat.mode()) || function.isIdentity()) {
      return function.call(x);
    }
    return (Tensor)
        Objects.requireNonNull(Remat.of(t -> function.call((Tensor) t)).apply(x));
  }

  // ---- without what is around

  /** Runs the {@code call} itself: nothing is converted to the compute dtype, and masks are the ones given. */
  Object directly(List<Object> args, Map<String, Object> kwargs) {
    List<Object> tensors = new ArrayList<>();
    args.forEach(a -> tensors.add(LayerInputs.unconverted(a)));
    Map<String, Object> named = layer.inputs.named(tensors, Map.of());
    kwargs.forEach((k, v) -> {
      if (v != null) {
        named.put(k, LayerInputs.unconverted(v));
      }
    });
    Object input = layer.inputs.first(tensors, named);
    return inContext(input, named, (x, context) -> layer.call(x, context.withoutMasks()));
  }

  Layer.Stateless stateless(
      List<? extends Tensor> trainable,
      List<? extends Tensor> nonTrainable,
      List<Object> args,
      Map<String, Object> kwargs) {
    if (!layer.isBuilt()) {
      throw new IllegalStateException(
          layer.label() + ": must be built before a stateless call, by a call or buildFor(shape)");
    }
    Map<Variable, Tensor> values = new LinkedHashMap<>();
    pair(values, layer.trainableVariables(), trainable, "trainable");
    List<Variable> others = layer.nonTrainableVariables();
    pair(values, others, nonTrainable, "non-trainable");
    try (StatelessScope scope = new StatelessScope(values)) {
      Object out = directly(args, kwargs);
      List<Tensor> after = others.stream().map(scope::value).toList();
      return new Layer.Stateless(out, after, layer.losses());
    }
  }

  private void pair(
      Map<Variable, Tensor> map,
      List<Variable> variables,
      List<? extends Tensor> values,
      String kind) {
    if (variables.size() != values.size()) {
      throw new IllegalArgumentException(layer.label() + ": has " + variables.size() + " " + kind
          + " variables, got " + values.size());
    }
    for (int i = 0; i < values.size(); i++) {
      map.put(variables.get(i), values.get(i));
    }
  }
}
