package org.keras4j.layers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
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
import org.keras4j.core.serialization.BuildConfigurable;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.SeedGenerator;
import org.keras4j.ops.engine.ArrayLike;
import org.keras4j.ops.engine.Autocast;
import org.keras4j.ops.engine.Op;

/**
 * A computation with weights ({@code keras.layers.Layer}). A layer of one's own overrides {@link
 * #build(Shape)}, where it makes weights with {@link #addWeight}, and one of the {@code call} methods,
 * written with {@code ops}; it then runs eagerly, in Functional models, compiled, and statelessly, on
 * every backend.
 *
 * <p>Settings are fluent methods, legal until the layer is built.
 */
public abstract class Layer implements Operation, Configurable, BuildConfigurable {
  private String name;
  private boolean trainable = true;
  private DTypePolicy dtypePolicy = DTypePolicy.global();
  private boolean autocast = true;
  private boolean convertInputs = true;
  private boolean built;
  private boolean building;
  private boolean builtWithoutInput;
  private String path;
  private boolean supportsMasking;
  private @Nullable Regularizer activityRegularizer;
  private List<InputSpec> inputSpec = List.of();
  private @Nullable Map<String, Object> buildShapes;
  private final List<Variable> ownVariables = new ArrayList<>();
  private final List<SeedState> seedStates = new ArrayList<>();
  private final Map<String, Object> tracked = new LinkedHashMap<>();
  private final List<Tensor> losses = new ArrayList<>();

  /** Something besides layers that has variables of its own: a seed generator, a metric. */
  public interface SeedState {
    List<Variable> variables();
  }

  /** A layer with an automatic name. */
  protected Layer() {
    this.name = Names.auto(Names.snakeCase(className()));
    this.path = name;
    this.supportsMasking = Overrides.computeMask(getClass());
  }

  /** What Keras calls the class: automatic names and the paths in weights files are made of it. */
  public String className() {
    KerasSerializable a = getClass().getAnnotation(KerasSerializable.class);
    return a == null || a.name().isEmpty() ? getClass().getSimpleName() : a.name();
  }

  // ---- settings

  @Override
  public final String name() {
    return name;
  }

  /** Sets the name; no slashes. */
  public Layer name(String value) {
    if (value.contains("/")) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + ": a name cannot contain '/', got '" + value + "'");
    }
    mutable("name");
    this.name = value;
    this.path = value;
    return this;
  }

  /** Whether the weights are updated in training; applies to the layers inside too. */
  public Layer trainable(boolean value) {
    this.trainable = value;
    for (Variable v : ownVariables) {
      if (!nonTrainable.contains(v)) {
        v.setTrainable(value);
      }
    }
    for (Layer l : layers()) {
      l.trainable(value);
    }
    return this;
  }

  public final boolean isTrainable() {
    return trainable;
  }

  /** Sets the dtype policy: a policy, its name, or a dtype. */
  public Layer dtype(Object policy) {
    mutable("dtype");
    this.dtypePolicy = DTypePolicy.get(policy);
    return this;
  }

  /** Changes the dtype policy of a built layer, whose weights were exchanged. */
  protected final void exchangePolicy(DTypePolicy policy) {
    this.dtypePolicy = policy;
  }

  public final DTypePolicy dtypePolicy() {
    return dtypePolicy;
  }

  /** The dtype of computations and outputs. */
  public final DType computeDtype() {
    return dtypePolicy.computeDtype();
  }

  /** The dtype of weights. */
  public final DType variableDtype() {
    return dtypePolicy.variableDtype();
  }

  /** Adds a penalty on the outputs to {@link #losses}. */
  public Layer activityRegularizer(@Nullable Object regularizer) {
    this.activityRegularizer = Regularizer.get(regularizer);
    return this;
  }

  public final @Nullable Regularizer activityRegularizer() {
    return activityRegularizer;
  }

  /** Whether float inputs are converted to the compute dtype; true at first. */
  protected final void autocast(boolean value) {
    this.autocast = value;
  }

  /** Whether inputs are converted to tensors of the layer's dtype at all; true at first. */
  protected final void convertInputs(boolean value) {
    this.convertInputs = value;
  }

  /** Declares that masks of the input are handled, or passed on to the output. */
  protected final void supportsMasking(boolean value) {
    this.supportsMasking = value;
  }

  public final boolean isSupportsMasking() {
    return supportsMasking;
  }

  /** Demands of the input, one for each of its tensors. */
  protected final void inputSpec(InputSpec... specs) {
    this.inputSpec = List.of(specs);
  }

  /**
   * Fails if a setting comes too late; fluent methods call it first.
   *
   * @throws IllegalStateException if the layer is built
   */
  protected final void mutable(String setting) {
    if (built) {
      throw new IllegalStateException(
          label() + ": '" + setting + "' cannot be set any more, the layer is built");
    }
  }

  /** Class and name, for messages: {@code Dense 'fc1'}. */
  protected final String label() {
    return getClass().getSimpleName() + " '" + name + "'";
  }

  // ---- weights

  private final Set<Variable> nonTrainable = new LinkedHashSet<>();

  /** Makes a trainable weight of the layer's variable dtype; the initializer may be a name. */
  protected final Variable addWeight(String weightName, Shape shape, Object initializer) {
    return addWeight(weightName, shape, WeightOptions.initializer(initializer));
  }

  /** Makes a weight. */
  protected final Variable addWeight(String weightName, Shape shape, WeightOptions options) {
    DType dtype = options.dtype == null ? variableDtype() : options.dtype;
    WeightLimit.count(label(), weightName, shape, dtype);
    Initializer init = options.initializer;
    if (init == null) {
      init = Initializer.get(dtype.isFloat() ? "glorot_uniform" : "zeros");
    }
    Initializer first = init;
    Variable v = new Variable(
        weightName,
        new TensorSpec(shape, dtype),
        options.trainable && trainable,
        () -> Autocast.with(null, () -> first.call(shape, dtype)));
    v.setPath((building || built ? path : Names.path(name)) + "/" + weightName);
    v.setAutocast(options.autocast);
    v.setRegularizer(options.regularizer);
    v.setConstraint(options.constraint);
    v.setAggregation(options.aggregation);
    if (!options.trainable) {
      nonTrainable.add(v);
    }
    ownVariables.add(v);
    return v;
  }

  /** Counts a weight of a layer inside among this layer's own, as Keras does where it is an attribute. */
  protected final void adopt(Variable v) {
    ownVariables.add(v);
  }

  /** Removes a weight made before. */
  protected final void untrack(Variable v) {
    ownVariables.remove(v);
    nonTrainable.remove(v);
  }

  /**
   * Declares a layer inside this one under the attribute name that Keras's class has; its weights belong
   * to this layer then. Layers in fields that were not declared are found by themselves, under the
   * field's name in snake case.
   */
  protected final <L extends Layer> L track(String attribute, L layer) {
    tracked.put(attribute, layer);
    return layer;
  }

  /** Likewise for a list of layers. */
  protected final <L extends Layer> List<L> track(String attribute, List<L> list) {
    tracked.put(attribute, list);
    return list;
  }

  /** Declares a seed generator, whose state counts among the variables. */
  protected final <S extends SeedState> S track(S seed) {
    seedStates.add(seed);
    return seed;
  }

  /** Likewise. */
  protected final SeedGenerator track(SeedGenerator seed) {
    seedStates.add(seed::variables);
    return seed;
  }

  /** Forgets the seed generators declared so far. */
  protected final void untrackSeeds() {
    seedStates.clear();
  }

  /** Layers (or lists and maps of them) inside this one, by Keras attribute name. */
  public Map<String, Object> trackedAttributes() {
    Map<String, Object> out = new LinkedHashMap<>(tracked);
    FieldLayers.find(this, out);
    return out;
  }

  /** The layers directly inside this one. */
  public List<Layer> layers() {
    List<Layer> out = new ArrayList<>();
    for (Object o : trackedAttributes().values()) {
      for (Object leaf : Nest.flatten(o)) {
        if (leaf instanceof Layer l && !out.contains(l)) {
          out.add(l);
        }
      }
    }
    return out;
  }

  /** All layers inside this one, however deep, each once; this one first if asked for. */
  public final List<Layer> flattenLayers(boolean includeSelf) {
    Set<Layer> seen = Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    List<Layer> out = new ArrayList<>();
    collect(this, seen, out);
    if (!includeSelf) {
      out.remove(0);
    }
    return out;
  }

  private static void collect(Layer l, Set<Layer> seen, List<Layer> out) {
    if (seen.add(l)) {
      out.add(l);
      l.layers().forEach(x -> collect(x, seen, out));
    }
  }

  /** The weights made by this layer itself: trainable ones first, in the order of creation. */
  public final List<Variable> ownWeights() {
    List<Variable> out = new ArrayList<>();
    ownVariables.stream().filter(v -> !nonTrainable.contains(v)).forEach(out::add);
    ownVariables.stream().filter(nonTrainable::contains).forEach(out::add);
    return out;
  }

  /** All weights, this layer's own first, then those of the layers inside; without seed states. */
  public final List<Variable> weights() {
    Set<Variable> out = new LinkedHashSet<>(ownWeights());
    layers().forEach(l -> out.addAll(l.weights()));
    return List.copyOf(out);
  }

  /** {@link #weights} and the states of seed generators. */
  public final List<Variable> variables() {
    Set<Variable> out = new LinkedHashSet<>(ownWeights());
    seedStates.forEach(s -> out.addAll(s.variables()));
    layers().forEach(l -> out.addAll(l.variables()));
    return List.copyOf(out);
  }

  /** The weights that training updates. */
  public final List<Variable> trainableWeights() {
    return trainable ? weights().stream().filter(Variable::isTrainable).toList() : List.of();
  }

  /** The weights that training does not update. */
  public final List<Variable> nonTrainableWeights() {
    return weights().stream().filter(v -> !trainable || !v.isTrainable()).toList();
  }

  /** {@link #trainableWeights} under the name that stateless calls use. */
  public final List<Variable> trainableVariables() {
    return trainableWeights();
  }

  /** The variables that training does not update, seed states among them. */
  public final List<Variable> nonTrainableVariables() {
    return variables().stream().filter(v -> !trainable || !v.isTrainable()).toList();
  }

  /** Copies of the weights. */
  public final List<NDArray> getWeights() {
    return weights().stream().map(v -> v.value().toNDArray()).toList();
  }

  /**
   * Sets the weights.
   *
   * @throws IllegalArgumentException if their number or a shape differs
   */
  public final void setWeights(List<NDArray> values) {
    List<Variable> weights = weights();
    if (weights.size() != values.size()) {
      throw new IllegalArgumentException(
          label() + ": has " + weights.size() + " weights, got " + values.size());
    }
    for (int i = 0; i < values.size(); i++) {
      Variable v = weights.get(i);
      if (!v.shape().equals(values.get(i).shape())) {
        throw new IllegalArgumentException(label() + ": weight '" + v.path() + "' has shape "
            + v.shape() + ", got " + values.get(i).shape());
      }
      v.assign(ArrayLike.tensor(values.get(i), v.dtype()));
    }
  }

  /** Those of {@link #ownWeights} that files hold, in their order. */
  public List<Variable> savedWeights() {
    return ownWeights();
  }

  /** What a file holds for one of {@link #savedWeights}. */
  public NDArray savedValue(Variable v) {
    return v.value().toNDArray();
  }

  /** Called when {@link #savedWeights} were assigned from a file. */
  public void loadedWeights() {}

  /** The number of elements of all weights. */
  public final long countParams() {
    if (!isBuilt()) {
      throw new IllegalStateException(label() + ": is not built yet, so its weights are not known");
    }
    return weights().stream().mapToLong(v -> v.shape().size()).sum();
  }

  // ---- building

  public final boolean isBuilt() {
    return built || builtWithoutInput;
  }

  /** Declares that there is nothing to build: the layer counts as built from the start. */
  protected final void builtWithoutInput() {
    this.builtWithoutInput = true;
  }

  /** Declares that no weights are to be made any more. */
  protected final void markBuilt() {
    this.built = true;
  }

  /** The name with the names of the layers around; the prefix of its weights' paths. */
  public final String path() {
    return path;
  }

  /** Makes the weights for an input of one tensor; nothing by default. */
  protected void build(Shape inputShape) {}

  /** Makes the weights for an input that is a list of tensors. */
  protected void build(List<Shape> inputShapes) {
    build(inputShapes.get(0));
  }

  /**
   * Makes the weights, told the shapes of all of {@link #buildArguments} (a {@link Shape} or a nested
   * structure of them), under {@code name_shape}.
   */
  protected void build(Map<String, Object> shapes) {
    Object first = shapes.values().iterator().next();
    if (first instanceof Shape s) {
      build(s);
    } else if (first instanceof List<?> l && l.stream().allMatch(Shape.class::isInstance)) {
      build(l.stream().map(Shape.class::cast).toList());
    } else {
      buildNested(first);
    }
  }

  /** Makes the weights for an input of deeper structure. */
  protected void buildNested(Object inputShapes) {}

  /** The names of the call's tensor arguments, the input first. */
  protected List<String> callArguments() {
    return List.of("inputs");
  }

  /** Those of {@link #callArguments} whose shapes building needs. */
  protected List<String> buildArguments() {
    return callArguments().subList(0, 1);
  }

  /** Builds for an input of this shape; does nothing if it is built. */
  public final void buildFor(Shape inputShape) {
    buildFor(Map.of(callArguments().get(0) + "_shape", inputShape));
  }

  /** Builds for inputs of these shapes. */
  public final void buildFor(List<Shape> inputShapes) {
    buildFor(Map.of(callArguments().get(0) + "_shape", inputShapes));
  }

  /** Builds, given the shapes of {@link #buildArguments} by {@code name_shape}. */
  public final void buildFor(Map<String, Object> shapes) {
    synchronized (this) {
      if (built || building) {
        return;
      }
      building = true;
      path = Names.path(name);
      try {
        Names.in(name, () -> {
          build(shapes);
          return null;
        });
        buildShapes = shapes;
      } finally {
        building = false;
      }
      built = true;
    }
  }

  private void buildFor(List<Object> args, Map<String, Object> kwargs) {
    Map<String, Object> shapes = new LinkedHashMap<>();
    List<String> names = callArguments();
    for (String a : buildArguments()) {
      int i = names.indexOf(a);
      Object v = i < args.size() ? args.get(i) : kwargs.get(a);
      if (v != null) {
        shapes.put(a + "_shape", Nest.map(v, x -> x instanceof Tensor t ? t.shape() : null));
      }
    }
    if (shapes.isEmpty()) {
      throw new IllegalArgumentException(label() + ": was called without an input");
    }
    buildFor(shapes);
  }

  @Override
  public @Nullable Map<String, Object> getBuildConfig() {
    Map<String, Object> shapes = buildShapes;
    if (shapes == null || builtWithoutInput) {
      return null;
    }
    Map<String, Object> out = new LinkedHashMap<>();
    if (shapes.size() == 1) {
      out.put("input_shape", shapes.values().iterator().next());
    } else {
      out.put("shapes_dict", shapes);
    }
    return out;
  }

  @Override
  public void buildFromConfig(Map<String, Object> config) {
    if (config.get("input_shape") != null) {
      Map<String, Object> shapes = new LinkedHashMap<>();
      shapes.put(callArguments().get(0) + "_shape", shape(config.get("input_shape")));
      buildByConfig(shapes);
    } else if (config.get("shapes_dict") instanceof Map<?, ?> m) {
      Map<String, Object> shapes = new LinkedHashMap<>();
      for (String a : buildArguments()) {
        Object s = m.get(a + "_shape");
        if (s != null) {
          shapes.put(a + "_shape", shape(s));
        }
      }
      if (!shapes.isEmpty()) {
        buildByConfig(shapes);
      }
    }
  }

  /**
   * Builds from shapes read from a config; the layers inside of a class that does not override {@code build}
   * are built by a symbolic call.
   */
  protected void buildByConfig(Map<String, Object> shapes) {
    buildFor(shapes);
    if (!Overrides.build(getClass()) && layers().stream().anyMatch(l -> !l.isBuilt())) {
      Map<String, Object> named = new LinkedHashMap<>();
      shapes.forEach((k, v) -> named.put(
          k.substring(0, k.length() - "_shape".length()),
          Nest.map(v, s -> s instanceof Shape x ? new TensorSpec(x, computeDtype()) : s)));
      Object input = named.remove(callArguments().get(0));
      computeOutputSpec(input, named);
    }
  }

  /** A shape, or a nested structure of shapes, from the lists of numbers of a config. */
  protected static Object shape(Object config) {
    if (config instanceof List<?> l) {
      if (l.stream().allMatch(x -> x == null || x instanceof Number)) {
        return Shape.of(l);
      }
      return l.stream().map(x -> x == null ? null : shape(x)).toList();
    }
    if (config instanceof Map<?, ?> m) {
      Map<Object, Object> out = new LinkedHashMap<>();
      m.forEach((k, v) -> out.put(k, v == null ? null : shape(v)));
      return out;
    }
    return config;
  }

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

  /** Computes the output, any nested structure, for any nested input; chooses among the others by default. */
  protected Object call(Object inputs, CallContext context) {
    if (inputs instanceof Tensor t) {
      return call(t, context);
    }
    if (inputs instanceof List<?> l && l.stream().allMatch(Tensor.class::isInstance)) {
      return call(l.stream().map(Tensor.class::cast).toList(), context);
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

  /** Applies the layer to an input (array-likes are converted); the result must be one tensor. */
  public final Tensor apply(Object inputs) {
    return one(invoke(Collections.singletonList(inputs), Map.of()));
  }

  /** Likewise, with named arguments. */
  public final Tensor apply(Object inputs, CallArgs arguments) {
    return one(invoke(Collections.singletonList(inputs), arguments.values()));
  }

  private Tensor one(@Nullable Object result) {
    if (result instanceof Tensor t) {
      return t;
    }
    throw new IllegalStateException(
        label() + ": gives several tensors; use applyNested, which returns them all");
  }

  /** Applies the layer; the result is whatever structure its call gives. */
  public final Object applyNested(Object inputs, CallArgs arguments) {
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
      new OperationNode(this, args, kwargs, result);
      return result;
    }
    return run(args, kwargs);
  }

  @SuppressWarnings("unchecked")
  private Object runPlaced(Object both) {
    Map<String, Object> m = (Map<String, Object>) both;
    return run((List<Object>) m.get("args"), (Map<String, Object>) m.get("kwargs"));
  }

  private Object run(List<Object> args, Map<String, Object> kwargs) {
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
    return named;
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
    CallContext context = new CallContext(training, input, named);
    return CallStack.enter(
        inherited != null ? inherited : defaultTraining() ? Boolean.TRUE : null,
        this,
        () -> Names.in(name, () -> body.apply(input, context)));
  }

  private Object outputs(@Nullable Object input, CallContext context) {
    Object masks = context.masks();
    Object out = autocasting(this, () -> call(input, context));
    if (activityRegularizer != null) {
      for (Tensor t : Nest.tensors(out)) {
        addLoss(ActivityLoss.of(activityRegularizer, t));
      }
    }
    if (supportsMasking) {
      setMasks(input, out, masks);
    }
    return out;
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
    return x instanceof Tensor || x instanceof NDArray ? convertInputs ? convert(x) : x : x;
  }

  private @Nullable Object convert(@Nullable Object x) {
    if (x == null || x instanceof Boolean || x instanceof String) {
      return x;
    }
    DType to = computeDtype();
    if (x instanceof Tensor t) {
      if (!autocast || t.dtype() == to || !t.dtype().isFloat() || !to.isFloat()) {
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
    return ArrayLike.tensor(x, autocast && own.isFloat() && to.isFloat() ? to : own);
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
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    Object n = rest.remove("name");
    if (n != null) {
      name((String) n);
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
    rest.remove("batch_input_shape");
    rest.remove("input_shape");
    Configurable.super.setConfig(rest);
    configured();
  }

  /** Called when the config's fields are set: derives what depends on them, and checks them. */
  protected void configured() {}

  @Override
  public String toString() {
    return "<" + getClass().getSimpleName() + " name=" + name + ", built=" + isBuilt() + ">";
  }
}
