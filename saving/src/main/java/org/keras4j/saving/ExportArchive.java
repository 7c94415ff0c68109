package org.keras4j.saving;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.spi.ArchiveFormat;
import org.keras4j.core.spi.GraphFormat;
import org.keras4j.core.spi.ServingArchive;
import org.keras4j.core.spi.ServingFunction;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.models.Model;
import org.keras4j.ops.types.TensorFunction;
import org.keras4j.training.StatelessTrainStep;
import org.keras4j.training.data.Batch;

/**
 * Several functions of models and layers in one exported file, its endpoints, which share weights ({@code keras.export.ExportArchive}):
 *
 * <pre>{@code
 * new ExportArchive()
 *     .track(model)
 *     .addEndpoint("serve", in -> model.invoke(in[0], CallArgs.training(false)), TensorSpec.of(DType.FLOAT32, -1, 3))
 *     .addEndpoint("embed", in -> encoder.invoke(in[0]), TensorSpec.of(DType.FLOAT32, -1, 3))
 *     .writeOut(Path.of("served"));
 * }</pre>
 *
 * <p>Weights that an endpoint reads are in the file by themselves, those that it assigns are changed by its calls there too: the
 * statistics of a normalization called with {@code training}, the state of a random generator. Lookup tables of preprocessing layers
 * become part of the endpoint.
 */
public final class ExportArchive {
  private final ArchiveFormat format;
  private final Set<Variable> tracked = new LinkedHashSet<>();
  private final Map<Variable, String> names = new HashMap<>();
  private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
  private final Map<String, List<Variable>> collections = new LinkedHashMap<>();

  private record Endpoint(
      TracedServing.Signature signature, Function<List<Object>, @Nullable Object> function) {}

  /** An archive that becomes a TensorFlow SavedModel; it needs the TensorFlow backend on the class path. */
  public ExportArchive() {
    this("tf_saved_model");
  }

  /**
   * An archive of another format.
   *
   * @param format {@code "tf_saved_model"}, {@code "stablehlo"} or {@code "stablehlo_bytes"}
   * @throws IllegalArgumentException if there is none on the class path that holds several functions
   */
  public ExportArchive(String format) {
    this.format = find(format);
  }

  private static ArchiveFormat find(String format) {
    List<String> known = new ArrayList<>();
    for (GraphFormat f :
        ServiceLoader.load(GraphFormat.class, ExportArchive.class.getClassLoader())) {
      if (f instanceof ArchiveFormat a) {
        if (a.name().equals(format)) {
          return a;
        }
        known.add(a.name());
      }
    }
    throw new IllegalArgumentException("No format '" + format
        + "' for several endpoints is on the class path, which has " + known);
  }

  /**
   * Lists a layer's or model's variables among {@link #variables}; in a SavedModel as {@code variables}, {@code trainable_variables}
   * and {@code non_trainable_variables}.
   *
   * @return this archive
   * @throws IllegalStateException if it is not built
   */
  public ExportArchive track(Layer resource) {
    if (!resource.isBuilt()) {
      throw new IllegalStateException(
          resource.name() + ": must be built before it is exported, by a call or buildFor(shape)");
    }
    for (Variable v : resource.variables()) {
      tracked.add(v);
      names.putIfAbsent(v, resource.pathInside(v));
    }
    return this;
  }

  /**
   * Adds a function that the file offers.
   *
   * @param name by which it is called there
   * @param fn takes as many tensors as there are specs; gives a tensor, or lists and maps of them
   * @param inputSignature shape and dtype of each argument, an unknown size as -1
   * @return this archive
   * @throws IllegalArgumentException if the name is taken, or there is no spec
   */
  public ExportArchive addEndpoint(
      String name, TensorFunction<?> fn, TensorSpec... inputSignature) {
    Map<String, TensorSpec> named = new LinkedHashMap<>();
    for (TensorSpec s : inputSignature) {
      named.put("args_" + named.size(), s);
    }
    return addEndpoint(name, fn, named);
  }

  /**
   * Adds a function whose arguments have names.
   *
   * @param name by which it is called there
   * @param fn takes the arguments in the order of the map
   * @param inputSignature shape and dtype of each argument by its name, in order
   * @return this archive
   * @throws IllegalArgumentException if the name is taken, or there is no argument
   */
  public ExportArchive addEndpoint(
      String name, TensorFunction<?> fn, Map<String, TensorSpec> inputSignature) {
    if (inputSignature.isEmpty()) {
      throw new IllegalArgumentException("Endpoint '" + name
          + "' needs an input signature: shape and dtype of each of its arguments");
    }
    List<String> names = List.copyOf(inputSignature.keySet());
    return add(
        name,
        new TracedServing.Signature(new LinkedHashMap<>(inputSignature), names, List.of(), true),
        arguments -> fn.apply(arguments.toArray()));
  }

  /**
   * Tracks a model and adds its inference as an endpoint, with its inputs nested and named as the model has them.
   *
   * @return this archive
   * @throws IllegalStateException if the model does not know its inputs
   */
  public ExportArchive trackAndAddEndpoint(String name, Model model) {
    Object specs = model.inputSpecs();
    if (specs == null) {
      throw new IllegalStateException("Model '" + model.name()
          + "' cannot be exported before its inputs are known: give it an Input, or build it");
    }
    track(model);
    return add(
        name,
        new TracedServing.Signature(
            Map.of("args_0", specs), model.inputNames(), model.outputNames(), true),
        arguments -> model.invokeNested(arguments.get(0), CallArgs.training(false)));
  }

  /**
   * Tracks a layer and adds its inference as an endpoint.
   *
   * @param inputSignature a {@link TensorSpec}, or lists and maps of them, as the layer takes its inputs
   * @return this archive
   * @throws IllegalStateException if the layer is not built
   */
  public ExportArchive trackAndAddEndpoint(String name, Layer layer, Object inputSignature) {
    track(layer);
    for (Object leaf : Nest.flatten(inputSignature)) {
      if (!(leaf instanceof TensorSpec)) {
        throw new IllegalArgumentException(
            "Endpoint '" + name + "': an input signature is made of TensorSpecs, got " + leaf);
      }
    }
    return add(
        name,
        new TracedServing.Signature(Map.of("args_0", inputSignature), List.of(), List.of(), true),
        arguments -> layer.invokeNested(arguments.get(0), CallArgs.training(false)));
  }

  /**
   * Adds the training step of a compiled model: a call takes a batch, changes the model's weights and statistics and the state of
   * optimizer and metrics, and gives the logs. Whoever loads the file can train the model on, without this library.
   *
   * @param x spec of the inputs, in lists and maps where the model has several
   * @param y spec of the targets likewise
   * @return this archive
   * @throws IllegalStateException if the model is not compiled with an optimizer
   */
  public ExportArchive addTrainStep(String name, Model model, Object x, Object y) {
    StatelessTrainStep step = StatelessTrainStep.of(model);
    track(model);
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("x", x);
    arguments.put("y", y);
    List<String> names = new ArrayList<>();
    arguments.forEach((n, specs) -> {
      int leaves = Nest.flatten(specs).size();
      for (int i = 0; i < leaves; i++) {
        names.add(leaves == 1 ? n : n + "_" + i);
      }
    });
    return add(
        name,
        new TracedServing.Signature(arguments, names, List.of(), true),
        in -> step.apply(Batch.of(in.get(0), in.get(1))));
  }

  private ExportArchive add(
      String name,
      TracedServing.Signature signature,
      Function<List<Object>, @Nullable Object> function) {
    requireFree(name, "Endpoint");
    endpoints.put(name, new Endpoint(signature, function));
    return this;
  }

  private void requireFree(String name, String what) {
    if (!name.matches("[A-Za-z][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException(
          what + " name '" + name + "' is no word of letters, digits and underscores");
    }
    if (endpoints.containsKey(name) || collections.containsKey(name)) {
      throw new IllegalArgumentException(what + " name '" + name + "' is already taken");
    }
  }

  /**
   * Adds a list of variables that can be asked for by name where the file is loaded.
   *
   * @param variables of an optimizer, say
   * @return this archive
   * @throws IllegalArgumentException if the name is taken
   */
  public ExportArchive addVariableCollection(
      String name, Collection<? extends Variable> variables) {
    requireFree(name, "Collection");
    collections.put(name, List.copyOf(variables));
    return this;
  }

  /** The variables of all that is tracked. */
  public List<Variable> variables() {
    return List.copyOf(tracked);
  }

  /** Those of {@link #variables} that are trained. */
  public List<Variable> trainableVariables() {
    return tracked.stream().filter(Variable::isTrainable).toList();
  }

  /** Those of {@link #variables} that are not. */
  public List<Variable> nonTrainableVariables() {
    return tracked.stream().filter(v -> !v.isTrainable()).toList();
  }

  /**
   * Writes the file or folder. In a SavedModel each endpoint is a function and a signature of its name, and the first one is the
   * signature {@code serving_default} too.
   *
   * @param target must not exist yet; it appears whole or not at all
   * @throws IllegalStateException if there is no endpoint
   * @throws ModelFileException if it exists or cannot be written
   */
  public void writeOut(Path target) {
    if (endpoints.isEmpty()) {
      throw new IllegalStateException("No endpoints have been set yet: call addEndpoint");
    }
    GraphExporter.write(target, () -> archive(), (a, fresh) -> format.write(a, fresh));
  }

  private ServingArchive archive() {
    TracedWeights known =
        new TracedWeights(v -> Objects.requireNonNull(names.getOrDefault(v, v.path())));
    Map<String, ServingFunction> functions = new LinkedHashMap<>();
    endpoints.forEach(
        (name, e) -> functions.put(name, new TracedServing(name, e.signature, e.function, known)));
    Map<String, List<ServingFunction.Weight>> lists = new LinkedHashMap<>();
    lists.put("variables", weights(known, variables()));
    lists.put("trainable_variables", weights(known, trainableVariables()));
    lists.put("non_trainable_variables", weights(known, nonTrainableVariables()));
    collections.forEach((name, variables) -> lists.put(name, weights(known, variables)));
    return new ServingArchive(functions, lists);
  }

  private static List<ServingFunction.Weight> weights(
      TracedWeights known, List<Variable> variables) {
    return variables.stream().map(known::of).toList();
  }
}
