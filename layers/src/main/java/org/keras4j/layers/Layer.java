package org.keras4j.layers;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Operation;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.BuildConfigurable;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.grad.RematScope;
import org.keras4j.ops.random.SeedGenerator;

/**
 * A computation with weights ({@code keras.layers.Layer}). A layer of one's own overrides {@link
 * #build(Shape)}, where it makes weights with {@link #addWeight}, and one of the {@code call} methods,
 * written with {@code ops}; it then runs eagerly, in Functional models, compiled, and statelessly, on
 * every backend.
 *
 * <p>Settings are fluent methods, legal until the layer is built.
 */
public abstract class Layer implements Operation, Configurable, BuildConfigurable {
  // this class is what users and subclasses see; what is done lies in its parts
  final LayerSettings settings = new LayerSettings(this);
  final WeightStore weights = new WeightStore(this);
  final Building building = new Building(this);
  final LayerInputs inputs = new LayerInputs(this);
  final LayerCall calls = new LayerCall(this);
  final LayerLosses losses = new LayerLosses(this);

  /** Something besides layers that has variables of its own: a seed generator, a metric. */
  public interface SeedState {
    List<Variable> variables();
  }

  /** A layer with an automatic name. */
  protected Layer() {}

  // ---- settings

  /** What Keras calls the class: automatic names and the paths in weights files are made of it. */
  public String className() {
    KerasSerializable a = getClass().getAnnotation(KerasSerializable.class);
    return a == null || a.name().isEmpty() ? getClass().getSimpleName() : a.name();
  }

  @Override
  public final String name() {
    return settings.name();
  }

  /** Sets the name; no slashes. */
  public Layer name(String value) {
    mutable("name");
    rename(value);
    return this;
  }

  /** Sets the name of what may be built already: a model, which is built as it is made. Paths of layers inside, and of weights, follow. */
  protected final void rename(String value) {
    settings.name(value);
    building.renamed(value);
  }

  /** The name with the names of the layers around; the prefix of its weights' paths. */
  public final String path() {
    return building.path();
  }

  /**
   * The path of a weight as exports and modules of this layer alone name it; that of the weight, by default.
   *
   * @param v a weight
   * @return its path
   */
  public String pathInside(Variable v) {
    return v.path();
  }

  public final boolean isTrainable() {
    return settings.trainable;
  }

  /** Whether the weights are updated in training; applies to the layers inside too. */
  public Layer trainable(boolean value) {
    settings.trainable = value;
    weights.trainable(value);
    return this;
  }

  /**
   * The dtype policy: the dtypes of computations and of weights.
   *
   * @param policy the global one ({@link DTypePolicy#global}) by default, which null means too
   * @return this layer
   */
  public Layer dtype(@Nullable DTypePolicy policy) {
    settings.dtype(policy);
    return this;
  }

  /**
   * {@link #dtype(DTypePolicy)} of a name.
   *
   * @param name of a dtype or a policy, {@code "float64"}, {@code "mixed_float16"}
   * @return this layer
   * @throws IllegalArgumentException if there is neither
   */
  public Layer dtype(String name) {
    return dtype(DTypePolicy.get(name));
  }

  /**
   * {@link #dtype(DTypePolicy)} of one dtype, for computations and weights.
   *
   * @param dtype the dtype
   * @return this layer
   */
  public Layer dtype(DType dtype) {
    return dtype(DTypePolicy.get(dtype));
  }

  /** Changes the dtype policy of a built layer, whose weights were exchanged. */
  protected final void exchangePolicy(DTypePolicy policy) {
    settings.exchangePolicy(path(), policy);
  }

  /** How the weights are quantized, {@code "int8"} for instance; null if they are not. */
  public final @Nullable String quantizationMode() {
    return ownPolicy().quantizationMode();
  }

  /** The dtype policy that holds for this layer: of a {@link DTypePolicyMap}, that of its path, once it is built. */
  protected final DTypePolicy ownPolicy() {
    return settings.own(building);
  }

  public final DTypePolicy dtypePolicy() {
    return settings.dtypePolicy;
  }

  /** The dtype of computations and outputs. */
  public final DType computeDtype() {
    return ownPolicy().computeDtype();
  }

  /** The dtype of weights. */
  public final DType variableDtype() {
    return ownPolicy().variableDtype();
  }

  /**
   * A penalty on the outputs, which comes to {@link #losses}.
   *
   * @param regularizer none by default; null for none
   * @return this layer
   */
  public Layer activityRegularizer(@Nullable Regularizer regularizer) {
    mutable("activityRegularizer");
    settings.activityRegularizer = regularizer;
    return this;
  }

  /**
   * {@link #activityRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public Layer activityRegularizer(@Nullable String name) {
    return activityRegularizer(Regularizer.named(name));
  }

  public final @Nullable Regularizer activityRegularizer() {
    return settings.activityRegularizer;
  }

  /** Whether float inputs are converted to the compute dtype; true at first. */
  protected final void autocast(boolean value) {
    inputs.autocast = value;
  }

  /** Whether inputs are converted to tensors of the layer's dtype at all; true at first. */
  protected final void convertInputs(boolean value) {
    inputs.convert = value;
  }

  /** Demands of the input, one for each of its tensors. */
  protected final void inputSpec(InputSpec... specs) {
    inputs.spec = List.of(specs);
  }

  /** Declares that masks of the input are handled, or passed on to the output. */
  protected final void supportsMasking(boolean value) {
    settings.supportsMasking = value;
  }

  public final boolean isSupportsMasking() {
    return settings.supportsMasking;
  }

  /**
   * Fails if a setting comes too late; fluent methods call it first.
   *
   * @throws IllegalStateException if the layer is built
   */
  protected final void mutable(String setting) {
    building.requireOpen(setting);
  }

  /** Class and name, for messages: {@code Dense 'fc1'}. */
  protected final String label() {
    return getClass().getSimpleName() + " '" + name() + "'";
  }

  // ---- weights

  /**
   * Makes a trainable weight of the layer's variable dtype.
   *
   * @param weightName its name, the end of its path
   * @param shape its shape, known
   * @param initializer the name of an initializer, {@code "glorot_uniform"}
   * @return the weight
   * @throws IllegalArgumentException if there is no such initializer
   */
  protected final Variable addWeight(String weightName, Shape shape, String initializer) {
    return addWeight(weightName, shape, WeightOptions.initializer(initializer));
  }

  /** {@link #addWeight(String, Shape, String)} with an initializer. */
  protected final Variable addWeight(String weightName, Shape shape, Initializer initializer) {
    return addWeight(weightName, shape, WeightOptions.initializer(initializer));
  }

  /** Makes a weight. */
  protected final Variable addWeight(String weightName, Shape shape, WeightOptions options) {
    return weights.add(building.pathOfWeights(), weightName, shape, options);
  }

  /** Counts a weight of a layer inside among this layer's own, as Keras does where it is an attribute. */
  protected final void adopt(Variable v) {
    weights.adopt(v);
  }

  /** Removes a weight made before. */
  protected final void untrack(Variable v) {
    weights.remove(v);
  }

  /**
   * Declares a layer inside this one under the attribute name that Keras's class has; its weights belong
   * to this layer then. Layers in fields that were not declared are found by themselves, under the
   * field's name in snake case.
   */
  protected final <L extends Layer> L track(String attribute, L layer) {
    weights.track(attribute, layer);
    return layer;
  }

  /** Likewise for a list of layers. */
  protected final <L extends Layer> List<L> track(String attribute, List<L> list) {
    weights.track(attribute, list);
    return list;
  }

  /** Declares a seed generator, whose state counts among the variables. */
  protected final <S extends SeedState> S track(S seed) {
    weights.track(seed);
    return seed;
  }

  /** Likewise, a seed generator. */
  protected final SeedGenerator track(SeedGenerator seed) {
    weights.track(seed::variables);
    return seed;
  }

  /**
   * What this layer, without those inside, has declared by {@link #track} besides layers: seed generators, and metrics that its calls
   * update. {@code fit} and {@code evaluate} of a model around it reset these metrics and log their results.
   */
  public final List<SeedState> trackedStates() {
    return List.copyOf(weights.states());
  }

  /** Forgets the seed generators declared so far. */
  protected final void untrackSeeds() {
    weights.untrackSeeds();
  }

  /** Layers (or lists and maps of them) inside this one, by Keras attribute name. */
  public Map<String, Object> trackedAttributes() {
    return weights.attributes();
  }

  /** The layers directly inside this one. */
  public List<Layer> layers() {
    return weights.layers();
  }

  /** All layers inside this one, however deep, each once; this one first if asked for. */
  public final List<Layer> flattenLayers(boolean includeSelf) {
    List<Layer> all = weights.flattened();
    if (!includeSelf) {
      all.remove(0);
    }
    return all;
  }

  /** The weights made by this layer itself: trainable ones first, in the order of creation. */
  public final List<Variable> ownWeights() {
    return weights.own();
  }

  /** All weights, this layer's own first, then those of the layers inside; without seed states. */
  public final List<Variable> weights() {
    return weights.weights();
  }

  /** {@link #weights} and the states of seed generators. */
  public final List<Variable> variables() {
    return weights.variables();
  }

  /** The weights that training updates. */
  public final List<Variable> trainableWeights() {
    return weights.trainableWeights();
  }

  /** The weights that training does not update. */
  public final List<Variable> nonTrainableWeights() {
    return weights.nonTrainable(weights());
  }

  /** {@link #trainableWeights} under the name that stateless calls use. */
  public final List<Variable> trainableVariables() {
    return trainableWeights();
  }

  /** The variables that training does not update, seed states among them. */
  public final List<Variable> nonTrainableVariables() {
    return weights.nonTrainable(variables());
  }

  /** Copies of the weights. */
  public final List<NDArray> getWeights() {
    return weights.values();
  }

  /**
   * Sets the weights.
   *
   * @throws IllegalArgumentException if their number or a shape differs
   */
  public final void setWeights(List<NDArray> values) {
    weights.assign(values);
  }

  /** Those of {@link #ownWeights} that files hold, in their order. */
  public List<Variable> savedWeights() {
    return ownWeights();
  }

  /** What a file holds for one of {@link #savedWeights}. */
  public NDArray savedValue(Variable v) {
    return v.value().toNDArray();
  }

  /**
   * Called when {@link #savedWeights} were assigned from a file. Not by files that hold all of {@link #weights} as they are:
   * those of Keras's older formats.
   */
  public void loadedWeights() {}

  /** The number of elements of all weights. */
  public final long countParams() {
    return weights.countParams();
  }

  // ---- building

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
    building.buildForFirst(shapes.values().iterator().next());
  }

  /** Makes the weights for an input of deeper structure. */
  protected void buildNested(Object inputShapes) {
    building.requireNoBuildForOne(inputShapes);
  }

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
    building.buildForInput(inputShape);
  }

  /** Builds for inputs of these shapes. */
  public final void buildFor(List<Shape> inputShapes) {
    building.buildForInput(inputShapes);
  }

  /** Builds, given the shapes of {@link #buildArguments} by {@code name_shape}. */
  public final void buildFor(Map<String, Object> shapes) {
    building.build(shapes);
  }

  public final boolean isBuilt() {
    return building.isBuilt();
  }

  /** Declares that there is nothing to build: the layer counts as built from the start. */
  protected final void builtWithoutInput() {
    building.builtWithoutInput();
  }

  /** Declares that no weights are to be made any more. */
  protected final void markBuilt() {
    building.markBuilt();
  }

  @Override
  public @Nullable Map<String, Object> getBuildConfig() {
    return building.config();
  }

  @Override
  public void buildFromConfig(Map<String, Object> config) {
    building.read(config);
  }

  /**
   * Builds from shapes read from a config; the layers inside of a class that does not override {@code build}
   * are built by a symbolic call.
   */
  protected void buildByConfig(Map<String, Object> shapes) {
    building.buildWithLayersInside(shapes);
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

  /**
   * The input of a layer that takes one tensor.
   *
   * @throws IllegalArgumentException if it is something else
   */
  protected final Tensor single(@Nullable Object inputs) {
    return this.inputs.single(inputs);
  }

  /**
   * The input of a layer that takes one of any kind.
   *
   * @throws IllegalArgumentException if there is none
   */
  protected final Object given(@Nullable Object inputs) {
    return this.inputs.given(inputs);
  }

  /** Computes the output, any nested structure, for any nested input; chooses among the others by default. */
  protected Object call(@Nullable Object inputs, CallContext context) {
    return calls.byKind(inputs, context);
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
    return layer.actsOnSamplesAlone() && layer.activityRegularizer() == null;
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
  protected @Nullable Object computeMask(@Nullable Object inputs, @Nullable Object previousMask) {
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
    return calls.one(calls.invoke(Collections.singletonList(inputs), Map.of()));
  }

  /** Likewise, with named arguments. */
  public final Tensor invoke(Object inputs, CallArgs arguments) {
    return calls.one(calls.invoke(Collections.singletonList(inputs), arguments.values()));
  }

  /** Applies the layer; the result is whatever structure its call gives. */
  public final Object invokeNested(Object inputs, CallArgs arguments) {
    return calls.invoke(Collections.singletonList(inputs), arguments.values());
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
    return calls.invoke(args, kwargs);
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
    return calls.first("input").inputs();
  }

  /**
   * The symbolic tensors that the first call gave, flattened; a built model's own outputs.
   *
   * @throws IllegalStateException if it was never called on a symbolic tensor
   */
  public List<KerasTensor> outputs() {
    return calls.first("output").outputs();
  }

  /** Whether a call on symbolic tensors is known, so that {@link #inputs} and {@link #outputs} are. */
  protected final boolean isCalledSymbolically() {
    return calls.isRecorded();
  }

  /** The tensor of a list of one, for layers that find their inputs and outputs in ways of their own. */
  protected final KerasTensor only(String what, List<KerasTensor> tensors) {
    return calls.only(what, tensors);
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
    return layer.calls.autocasting(body);
  }

  /** What float inputs are converted to; the compute dtype by default, which may be one of integers. */
  protected DType inputDtype() {
    return computeDtype();
  }

  /** The specs of the outputs for inputs of these specs: a {@link KerasTensor} for each, nested as in call. */
  public final Object computeOutputSpec(Object inputs, CallArgs arguments) {
    return calls.outputSpec(inputs, arguments.values());
  }

  /** The shape of the output for an input of this shape and the compute dtype. */
  public final Shape computeOutputShape(Shape inputShape) {
    return calls.outputShape(inputShape);
  }

  /** Applies an activation function of this layer, which forgets if a {@link RematScope} says so. */
  protected final Tensor activate(OutputFunction function, Tensor x) {
    return calls.activate(function, x);
  }

  // ---- losses

  /** Adds a scalar to what training minimizes; from within call. */
  protected final void addLoss(Tensor loss) {
    losses.add(loss);
  }

  /** The losses of the last call and the penalties of the weights, inner layers' included. */
  public final List<Tensor> losses() {
    return losses.all();
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
   * @return outputs, new values of the weights that are not trained, and losses
   */
  public final Stateless statelessCall(
      List<? extends Tensor> trainableVariables,
      List<? extends Tensor> nonTrainableVariables,
      List<Object> args,
      Map<String, Object> kwargs) {
    return calls.stateless(trainableVariables, nonTrainableVariables, args, kwargs);
  }

  /**
   * Runs the {@code call} of another layer itself, as Keras's wrappers do that use {@code layer.call}:
   * inputs and variables are not converted to that layer's compute dtype, masks are the ones given, and no
   * activity regularizer is applied.
   */
  protected static Tensor callItself(Layer layer, Tensor input, CallArgs arguments) {
    return layer.calls.one(layer.calls.directly(List.of(input), arguments.values()));
  }

  // ---- config

  /** Name, trainable, dtype, and the fields marked {@code @Config}. */
  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    settings.write(out);
    out.putAll(Configurable.super.getConfig());
    settings.writeOlder(out);
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
    return settings.takeDeclaredInputShape();
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    settings.read(rest, olderConfigKeys());
    Configurable.super.setConfig(rest);
    configured();
  }

  /** Called when the config's fields are set: derives what depends on them, and checks them. */
  protected void configured() {}

  @Override
  public String toString() {
    return "<" + getClass().getSimpleName() + " name=" + name() + ", built=" + isBuilt() + ">";
  }
}
