package org.keras4j.layers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Failures;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Names;
import org.keras4j.core.Nest;
import org.keras4j.core.Operation;
import org.keras4j.core.OperationNode;
import org.keras4j.core.Shape;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.layers.activations.Activations;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.custom.Autocast;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.grad.Remat;
import org.keras4j.ops.grad.RematScope;
import org.keras4j.ops.internal.engine.ArrayLike;

/**
 * A computation with weights ({@code keras.layers.Layer}). A layer of one's own overrides {@link
 * #build(Shape)}, where it makes weights with {@link #addWeight}, and one of the {@code call} methods,
 * written with {@code ops}; it then runs eagerly, in Functional models, compiled, and statelessly, on
 * every backend.
 *
 * <p>Settings are fluent methods, legal until the layer is built.
 */
public abstract class Layer extends LayerBuilding implements Operation, Configurable {
  private final List<Tensor> losses = new ArrayList<>();
  private @Nullable OperationNode firstCall;

  /** Something besides layers that has variables of its own: a seed generator, a metric. */
  public interface SeedState {
    List<Variable> variables();
  }

  /** A layer with an automatic name. */
  protected Layer() {}

  // ---- calling

  /** Computes the output for an input of one tensor. */
  protected Tensor call(Tensor x) {
    throw new IllegalStateException(
        label() + ": must override one of the call methods for an input of one tensor");
  }

  /** Likewise, when training, masks or further arguments matter. */
  protected Tensor call(Tensor x, CallContext context) {
    return call(x);
  }

  /** Computes the output for an input that is a list of tensors. */
  protected Tensor call(List<Tensor> inputs, CallContext context) {
    throw new IllegalArgumentException(
        label() + ": expected one tensor as input, got a list of " + inputs.size());
  }

  /**
   * The input of a layer that takes one tensor.
   *
   * @throws IllegalArgumentException if it is something else
   */
  protected final Tensor single(@Nullable Object inputs) {
    if (inputs instanceof Tensor t) {
      return t;
    }
    throw new IllegalArgumentException(label() + ": expected one tensor as input, got "
        + (inputs instanceof List<?> l
            ? "a list of " + l.size()
            : inputs == null ? "nothing" : "a " + inputs.getClass().getSimpleName()));
  }

  /**
   * The input of a layer that takes one of any kind.
   *
   * @throws IllegalArgumentException if there is none
   */
  protected final Object given(@Nullable Object inputs) {
    if (inputs == null) {
      throw new IllegalArgumentException(label() + ": was called without an input");
    }
    return inputs;
  }

  /** Computes the output, any nested structure, for any nested input; chooses among the others by default. */
  protected Object call(Object inputs, CallContext context) {
    if (inputs instanceof Tensor t) {
      return call(t, context);
    }
    if (inputs instanceof List<?> l && l.stream().allMatch(Tensor.class::isInstance)) {
      return call(l.stream().map(Tensor.class::cast).toList(), context);
    }
    if (inputs instanceof NDArray a && a.dtype() == DType.STRING) {
      throw new IllegalArgumentException(label() + ": expected numbers, got strings of shape "
          + a.shape() + "; StringLookup, Hashing and TextVectorization make numbers of them");
    }
    throw new IllegalArgumentException(
        label() + ": expected a tensor or a list of tensors as input, got "
            + (inputs == null ? "null" : inputs.getClass().getSimpleName()));
  }

  /**
   * Whether a call treats each sample by itself, draws no random numbers and changes no variable, so that
   * samples may be spread over calls in any way; false by default.
   */
  protected boolean actsOnSamplesAlone() {
    return false;
  }

  /** {@link #actsOnSamplesAlone} of another layer, for wrappers. */
  protected static boolean actsOnSamplesAlone(Layer layer) {
    return layer.actsOnSamplesAlone() && layer.activityRegularizer == null;
  }

  /** Whether the call of another layer has an argument {@code mask}, for wrappers. */
  protected static boolean takesMask(Layer layer) {
    return layer.callArguments().contains("mask");
  }

  /** What {@code training} means where nobody says; false by default. */
  protected boolean defaultTraining() {
    return false;
  }

  /** The mask of the output; the input's by default. A layer that overrides it supports masking. */
  protected @Nullable Object computeMask(Object inputs, @Nullable Object previousMask) {
    return previousMask;
  }

  /**
   * Applies the layer to an input, as {@code layer(inputs)} does in Keras; Kotlin writes it so too. It builds
   * the layer if that is still due.
   *
   * @param inputs a tensor, an array-like that is converted to one, or a list or map of such
   * @return the output
   * @throws IllegalStateException if the layer gives several tensors: {@link #invokeNested} returns them
   * @throws IllegalArgumentException if the layer does not take such inputs
   */
  public final Tensor invoke(Object inputs) {
    return one(invoke(Collections.singletonList(inputs), Map.of()));
  }

  /** Likewise, with named arguments. */
  public final Tensor invoke(Object inputs, CallArgs arguments) {
    return one(invoke(Collections.singletonList(inputs), arguments.values()));
  }

  private Tensor one(@Nullable Object result) {
    if (result instanceof Tensor t) {
      return t;
    }
    throw new IllegalStateException(
        label() + ": gives several tensors; use invokeNested, which returns them all");
  }

  /** Applies the layer; the result is whatever structure its call gives. */
  public final Object invokeNested(Object inputs, CallArgs arguments) {
    return invoke(Collections.singletonList(inputs), arguments.values());
  }

  /**
   * Applies the layer as Keras's {@code __call__} does: converts the arguments, checks the input, builds if
   * that is still due, handles training, masks, autocast and regularizers, and records symbolic calls.
   *
   * @param args positional arguments, named by {@link #callArguments}
   * @param kwargs arguments by Keras name
   */
  @Override
  public final Object invoke(List<Object> args, Map<String, Object> kwargs) {
    if (Op.isSymbolic(args.toArray()) || Op.isSymbolic(kwargs.values().toArray())) {
      Map<String, Object> both = new LinkedHashMap<>();
      both.put("args", args);
      both.put("kwargs", kwargs);
      Object result = Op.symbolicResult(both, this::runPlaced);
      OperationNode node = new OperationNode(this, args, kwargs, result);
      if (firstCall == null) {
        firstCall = node;
      }
      return result;
    }
    return run(args, kwargs);
  }

  /**
   * The symbolic tensor that the layer was first called on ({@code layer.input}); a {@code Functional} model's own
   * input.
   *
   * @throws IllegalStateException if it was never called on a symbolic tensor, or takes several: {@link #inputs}
   */
  public KerasTensor input() {
    return only("input", inputs());
  }

  /**
   * The symbolic tensor that the first call on a symbolic tensor gave ({@code layer.output}): where a new model can end,
   * or another layer go on. Of a {@code Functional} model, its own output.
   *
   * @throws IllegalStateException if it was never called on a symbolic tensor, or gives several: {@link #outputs}
   */
  public KerasTensor output() {
    return only("output", outputs());
  }

  /**
   * The symbolic tensors among the arguments of the first call, flattened; a built model's own inputs.
   *
   * @throws IllegalStateException if it was never called on a symbolic tensor
   */
  public List<KerasTensor> inputs() {
    return firstCall("input").inputs();
  }

  /**
   * The symbolic tensors that the first call gave, flattened; a built model's own outputs.
   *
   * @throws IllegalStateException if it was never called on a symbolic tensor
   */
  public List<KerasTensor> outputs() {
    return firstCall("output").outputs();
  }

  /** Whether a call on symbolic tensors is known, so that {@link #inputs} and {@link #outputs} are. */
  protected final boolean isCalledSymbolically() {
    return firstCall != null;
  }

  private OperationNode firstCall(String what) {
    if (firstCall == null) {
      throw new IllegalStateException(
          label() + ": was never called on a symbolic tensor, and thus has no " + what);
    }
    return firstCall;
  }

  /** The tensor of a list of one, for layers that find their inputs and outputs in ways of their own. */
  protected final KerasTensor only(String what, List<KerasTensor> tensors) {
    if (tensors.size() != 1) {
      throw new IllegalStateException(label() + ": has " + tensors.size() + " " + what
          + "s, not one; " + what + "s() lists them");
    }
    return tensors.get(0);
  }

  @SuppressWarnings("unchecked")
  private Object runPlaced(Object both) {
    Map<String, Object> m = (Map<String, Object>) both;
    return run((List<Object>) m.get("args"), (Map<String, Object>) m.get("kwargs"));
  }

  private Object run(List<Object> args, Map<String, Object> kwargs) {
    try {
      return runOn(args, kwargs);
    } catch (IllegalArgumentException e) {
      // the innermost layer that failed is the one named
      boolean named = e.getClass() != IllegalArgumentException.class
          || Failures.namesLayer(String.valueOf(e.getMessage()));
      throw named ? e : Failures.in(label(), e);
    }
  }

  private Object runOn(List<Object> given, Map<String, Object> kwargs) {
    List<Object> args = given;
    if (convertInputs) {
      List<Object> converted = new ArrayList<>(args.size());
      for (Object a : args) {
        converted.add(a instanceof Tensor t ? convert(t) : Nest.map(a, this::convert));
      }
      args = converted;
    }
    Map<String, Object> named = named(args, kwargs);
    Object input = args.isEmpty() ? named.remove(callArguments().get(0)) : args.get(0);
    checkInput(input);
    if (!built) {
      List<Object> positional = new ArrayList<>();
      positional.add(input);
      buildFor(positional, named);
      checkInput(input);
    }
    return inContext(input, named, this::outputs);
  }

  /** The arguments but the first, by name. */
  private Map<String, Object> named(List<Object> args, Map<String, Object> kwargs) {
    Map<String, Object> named = new LinkedHashMap<>();
    List<String> names = callArguments();
    for (int i = 1; i < args.size(); i++) {
      if (i >= names.size()) {
        throw new IllegalArgumentException(
            label() + ": takes " + names.size() + " arguments " + names + ", got " + args.size());
      }
      named.put(names.get(i), args.get(i));
    }
    for (Map.Entry<String, Object> e : kwargs.entrySet()) {
      if (e.getValue() != null) {
        named.put(e.getKey(), Nest.map(e.getValue(), this::convertArgument));
      }
    }
    requireTensors(named.get("mask"));
    return named;
  }

  private void requireTensors(@Nullable Object mask) {
    for (Object m : Nest.flatten(mask)) {
      if (m != null && !(m instanceof Tensor)) {
        throw new IllegalArgumentException(label()
            + ": argument 'mask' expects tensors or arrays, got "
            + m.getClass().getSimpleName());
      }
    }
  }

  /** Runs a call's body with the training phase resolved. */
  private Object inContext(
      @Nullable Object input,
      Map<String, Object> named,
      BiFunction<@Nullable Object, CallContext, Object> body) {
    Boolean explicit = (Boolean) named.remove("training");
    CallStack outer = CallStack.current();
    Boolean inherited = explicit != null ? explicit : outer != null ? outer.training() : null;
    boolean training = inherited != null ? inherited : defaultTraining();
    CallContext context = new CallContext(training, inherited != null, input, named);
    return CallStack.enter(
        inherited != null ? inherited : defaultTraining() ? Boolean.TRUE : null,
        this,
        () -> Names.in(name, () -> body.apply(input, context)));
  }

  private Object outputs(@Nullable Object input, CallContext context) {
    Object masks = context.masks();
    boolean forgets =
        RematCall.applies(this, remat, () -> computeOutputSpec(input, context.arguments()));
    Object out = forgets
        ? RematCall.run(this, input, x -> autocasting(this, () -> call(x, context)))
        : autocasting(this, () -> call(input, context));
    if (activityRegularizer != null && regularizesOutputs()) {
      for (Tensor t : Nest.tensors(out)) {
        addLoss(ActivityLoss.of(activityRegularizer, t));
      }
    }
    if (supportsMasking) {
      setMasks(input, out, masks);
    }
    return out;
  }

  /** Whether the activity regularizer is for the outputs of this layer, and not of inner ones alone. */
  protected boolean regularizesOutputs() {
    return true;
  }

  /**
   * Runs what reads a layer's variables in that layer's compute dtype, as around its call; for layers that
   * use another one's weights without calling it.
   */
  protected static <R> R autocasting(Layer layer, Supplier<R> body) {
    DType scope = Autocast.dtype();
    DType compute = layer.computeDtype();
    DType wanted = scope;
    if (scope != null) {
      wanted = layer.autocast && compute.isFloat() ? compute : null;
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
    Object mask = computeMask(input, previous);
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

  private @Nullable Object convertArgument(@Nullable Object x) {
    boolean array = x instanceof Tensor
        || x instanceof NDArray
        || (x != null && x.getClass().isArray());
    return array && convertInputs ? convert(x) : x;
  }

  /** What float inputs are converted to; the compute dtype by default, which may be one of integers. */
  protected DType inputDtype() {
    return computeDtype();
  }

  private @Nullable Object convert(@Nullable Object x) {
    if (x == null || x instanceof Boolean || x instanceof String) {
      return x;
    }
    DType to = inputDtype();
    if (x instanceof Tensor t) {
      if (!autocast || t.dtype() == to || !t.dtype().isFloat()) {
        return t;
      }
      Tensor c = ArrayLike.convert(t, to);
      c.setKerasMask(t.kerasMask());
      return c;
    }
    DType own = ArrayLike.spec(x).dtype();
    if (own == DType.STRING) {
      return x;
    }
    return ArrayLike.tensor(x, autocast && own.isFloat() ? to : own);
  }

  private void checkInput(@Nullable Object input) {
    if (inputSpec.isEmpty()) {
      return;
    }
    List<Object> flat = Nest.flatten(input);
    if (flat.size() != inputSpec.size()) {
      throw new IllegalArgumentException(
          label() + ": expected " + inputSpec.size() + " input tensors, got " + flat.size());
    }
    for (int i = 0; i < flat.size(); i++) {
      InputSpec s = inputSpec.get(i);
      if (flat.get(i) == null) {
        if (!s.isOptional()) {
          throw new IllegalArgumentException(label() + ": input " + i + " is missing");
        }
      } else if (flat.get(i) instanceof Tensor t) {
        String wrong = s.mismatch(t.spec());
        if (wrong != null) {
          throw new IllegalArgumentException(
              label() + ": " + wrong + ", got input shape " + t.shape());
        }
      }
    }
  }

  /** The specs of the outputs for inputs of these specs: a {@link KerasTensor} for each, nested as in call. */
  public final Object computeOutputSpec(Object inputs, CallArgs arguments) {
    return computeOutputSpec(inputs, arguments.values());
  }

  private Object computeOutputSpec(@Nullable Object inputs, Map<String, Object> arguments) {
    Map<String, Object> both = new LinkedHashMap<>();
    both.put("args", Collections.singletonList(symbolic(inputs)));
    both.put("kwargs", symbolic(arguments));
    return Op.symbolicResult(both, this::runPlaced);
  }

  private static @Nullable Object symbolic(@Nullable Object structure) {
    return Nest.map(
        structure,
        x -> x instanceof TensorSpec s
            ? new KerasTensor(s, "input")
            : x instanceof Tensor t && !(x instanceof KerasTensor)
                ? new KerasTensor(t.spec(), "input")
                : x);
  }

  /** The shape of the output for an input of this shape and the compute dtype. */
  public final Shape computeOutputShape(Shape inputShape) {
    Object out = computeOutputSpec(new TensorSpec(inputShape, computeDtype()), CallArgs.of());
    return Nest.tensors(out).get(0).shape();
  }

  /** Applies an activation function of this layer, which forgets if a {@link RematScope} says so. */
  protected final Tensor activate(ActivationFunction function, Tensor x) {
    if (remat == null || !"activations".equals(remat.mode()) || function == Activations.LINEAR) {
      return function.call(x);
    }
    return (Tensor)
        Objects.requireNonNull(Remat.of(t -> function.call((Tensor) t)).apply(x));
  }

  // ---- losses

  /** Adds a scalar to what training minimizes; from within call. */
  protected final void addLoss(Tensor loss) {
    synchronized (losses) {
      losses.add(loss);
    }
  }

  /** The losses of the last call and the penalties of the weights, inner layers' included. */
  public final List<Tensor> losses() {
    List<Tensor> out = new ArrayList<>();
    for (Layer l : flattenLayers(true)) {
      synchronized (l.losses) {
        out.addAll(l.losses);
      }
    }
    for (Variable v : trainableWeights()) {
      if (v.regularizer() instanceof Regularizer r) {
        out.add(r.call(v.value()));
      }
    }
    return out;
  }

  final int lossCount() {
    synchronized (losses) {
      return losses.size();
    }
  }

  /** Removes and returns the losses from one on. */
  final List<Tensor> takeLosses(int from) {
    synchronized (losses) {
      List<Tensor> rest = losses.subList(from, losses.size());
      List<Tensor> out = List.copyOf(rest);
      rest.clear();
      return out;
    }
  }

  final void clearLosses() {
    synchronized (losses) {
      losses.clear();
    }
    layers().forEach(Layer::clearLosses);
  }

  // ---- stateless form

  /**
   * The outputs of a stateless call and the values that the non-trainable variables have after it.
   *
   * @param losses what {@link #losses} holds after the call
   */
  public record Stateless(
      Object outputs, List<Tensor> nonTrainableVariables, List<Tensor> losses) {}

  /**
   * The call as a pure function: variables have the values given, and none changes ({@code
   * keras.Layer.stateless_call}). As in Keras it runs the layer's {@code call} itself: around it this
   * layer's inputs and variables are not converted to its compute dtype, no masks are taken from or given
   * to tensors, and no activity regularizer is applied; for the layers inside all that holds.
   *
   * @throws IllegalStateException if the layer is not built
   */
  public final Stateless statelessCall(
      List<? extends Tensor> trainableVariables,
      List<? extends Tensor> nonTrainableVariables,
      Object inputs,
      CallArgs arguments) {
    return statelessCall(
        trainableVariables,
        nonTrainableVariables,
        Collections.singletonList(inputs),
        arguments.values());
  }

  /**
   * Likewise.
   *
   * @param args positional arguments of the call, as in {@link #invoke}
   * @param kwargs arguments by Keras name
   */
  public final Stateless statelessCall(
      List<? extends Tensor> trainableVariables,
      List<? extends Tensor> nonTrainableVariables,
      List<Object> args,
      Map<String, Object> kwargs) {
    if (!isBuilt()) {
      throw new IllegalStateException(
          label() + ": must be built before a stateless call, by a call or buildFor(shape)");
    }
    Map<Variable, Tensor> values = new LinkedHashMap<>();
    pair(values, trainableVariables(), trainableVariables, "trainable");
    List<Variable> others = nonTrainableVariables();
    pair(values, others, nonTrainableVariables, "non-trainable");
    try (StatelessScope scope = new StatelessScope(values)) {
      Object out = directly(args, kwargs);
      List<Tensor> after = others.stream().map(scope::value).toList();
      return new Stateless(out, after, losses());
    }
  }

  /**
   * Runs the {@code call} of another layer itself, as Keras's wrappers do that use {@code layer.call}:
   * inputs and variables are not converted to that layer's compute dtype, masks are the ones given, and no
   * activity regularizer is applied.
   */
  protected static Tensor callItself(Layer layer, Tensor input, CallArgs arguments) {
    return layer.one(layer.directly(List.of(input), arguments.values()));
  }

  private Object directly(List<Object> args, Map<String, Object> kwargs) {
    List<Object> tensors = new ArrayList<>();
    args.forEach(a -> tensors.add(Nest.map(a, Layer::tensor)));
    Map<String, Object> named = named(tensors, Map.of());
    kwargs.forEach((k, v) -> {
      if (v != null) {
        named.put(k, Nest.map(v, Layer::tensor));
      }
    });
    Object input = tensors.isEmpty() ? named.remove(callArguments().get(0)) : tensors.get(0);
    return inContext(input, named, (x, context) -> call(x, context.withoutMasks()));
  }

  private static @Nullable Object tensor(@Nullable Object x) {
    return x instanceof NDArray a && a.dtype() != DType.STRING ? ArrayLike.tensor(a) : x;
  }

  private void pair(
      Map<Variable, Tensor> map,
      List<Variable> variables,
      List<? extends Tensor> values,
      String kind) {
    if (variables.size() != values.size()) {
      throw new IllegalArgumentException(
          label() + ": has " + variables.size() + " " + kind + " variables, got " + values.size());
    }
    for (int i = 0; i < values.size(); i++) {
      map.put(variables.get(i), values.get(i));
    }
  }

  // ---- config

  /** Name, trainable, dtype, and the fields marked {@code @Config}. */
  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", name);
    out.put("trainable", trainable);
    out.put("dtype", dtypePolicy);
    if (activityRegularizer != null) {
      out.put("activity_regularizer", activityRegularizer);
    }
    out.putAll(Configurable.super.getConfig());
    out.putAll(olderEntries);
    return out;
  }

  /**
   * Keys of configs that older versions of Keras wrote, whose values say nothing about what the layer computes:
   * they are kept and given back by {@link #getConfig}. The shape that a layer was declared with is one; {@code
   * Sequential} acts on it.
   */
  protected Set<String> olderConfigKeys() {
    return Set.of("input_shape", "batch_input_shape");
  }

  @Override
  public boolean readsConfigKey(String key) {
    return key.equals("activity_regularizer") || olderConfigKeys().contains(key);
  }

  /**
   * The shape that an older config declares for the input, batch axis included, which is then no longer part of
   * the config; null if there is none.
   *
   * @throws IllegalArgumentException if it is no list of sizes
   */
  public final @Nullable Shape takeDeclaredInputShape() {
    Object sizes = olderEntries.remove("input_shape");
    Object all = olderEntries.remove("batch_input_shape");
    Object given = all == null ? sizes : all;
    if (given == null) {
      return null;
    }
    if (!(given instanceof List<?> l)
        || !l.stream().allMatch(n -> n == null || n instanceof Number)) {
      throw new IllegalArgumentException(label() + ": config expects '"
          + (all == null ? "input_shape" : "batch_input_shape") + "' to be a list of sizes, got "
          + given);
    }
    return all == null ? Shape.of(l).insert(0, Shape.UNKNOWN) : Shape.of(l);
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    Object n = rest.remove("name");
    if (n != null) {
      name(ConfigEntries.text(label(), "name", n));
    }
    if (rest.remove("trainable") instanceof Boolean b) {
      this.trainable = b;
    }
    Object policy = rest.remove("dtype");
    if (policy != null) {
      this.dtypePolicy = DTypePolicy.get(policy);
    }
    Object regularizer = rest.remove("activity_regularizer");
    if (regularizer != null) {
      this.activityRegularizer = Regularizer.get(regularizer);
    }
    for (String key : olderConfigKeys()) {
      if (rest.containsKey(key)) {
        olderEntries.put(key, rest.remove(key));
      }
    }
    Configurable.super.setConfig(rest);
    configured();
  }

  /**
   * Builds from shapes read from a config; the layers inside of a class that does not override {@code build}
   * are built by a symbolic call.
   */
  @Override
  protected void buildByConfig(Map<String, Object> shapes) {
    super.buildByConfig(shapes);
    if (!Overrides.build(getClass()) && layers().stream().anyMatch(l -> !l.isBuilt())) {
      Map<String, Object> named = new LinkedHashMap<>();
      shapes.forEach((k, v) -> named.put(
          k.substring(0, k.length() - "_shape".length()),
          Nest.map(v, s -> s instanceof Shape x ? new TensorSpec(x, computeDtype()) : s)));
      Object input = named.remove(callArguments().get(0));
      computeOutputSpec(input, named);
    }
  }

  /** Called when the config's fields are set: derives what depends on them, and checks them. */
  protected void configured() {}

  @Override
  public String toString() {
    return "<" + getClass().getSimpleName() + " name=" + name + ", built=" + isBuilt() + ">";
  }
}
