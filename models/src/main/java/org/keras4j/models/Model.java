package org.keras4j.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.core.serialization.CompileConfigurable;
import org.keras4j.layers.Layer;
import org.keras4j.layers.quantization.CalibratedConfig;
import org.keras4j.layers.quantization.Float8QuantizationConfig;
import org.keras4j.layers.quantization.Int4QuantizationConfig;
import org.keras4j.layers.quantization.Int8QuantizationConfig;
import org.keras4j.layers.quantization.Quantizable;
import org.keras4j.layers.quantization.QuantizationConfig;
import org.keras4j.training.Compile;
import org.keras4j.training.Trainer;

/**
 * A network that can be trained and saved ({@code keras.Model}): a {@link Sequential}, a {@link Functional}
 * made by {@link #of}, or a class of one's own that overrides {@code call}.
 */
public abstract class Model extends Trainer implements CompileConfigurable {
  private static final Log LOG = Log.of(Model.class);

  /** Reads and writes model files; the module {@code keras4j-saving} provides it. */
  public interface Files {
    /** Writes a {@code .keras} file or folder. */
    void save(Model model, Path file, Save options);

    /** Reads a model file or folder. */
    Model load(Path file, Load options);

    /** Writes a {@code .weights.h5} file, or several. */
    void saveWeights(Model model, Path file, SaveWeights options);

    /** Reads weights into a built model. */
    void loadWeights(Model model, Path file, LoadWeights options);

    /** The model's config as JSON text. */
    String toJson(Model model);

    /** The model of such a text, with weights of its own. */
    Model fromJson(String json, Load options);

    /**
     * Writes a {@code .weights.h5} file with the state of a training: a tree of maps, lists, arrays, numbers, strings,
     * booleans and null.
     */
    void saveTraining(Model model, Path file, Map<String, Object> state);

    /**
     * Reads weights and optimizer state, which must be this optimizer's.
     *
     * @return the state of the training; null if the file has none
     * @throws IOException if the file is damaged
     */
    @Nullable
    Map<String, Object> loadTraining(Model model, Path file) throws IOException;

    /**
     * A copy of the model, as {@link #saveTraining} has it, to be written later.
     *
     * @param state that of the training; null for the weights alone
     * @param maxShardSize the most gigabytes that one file of weights holds; null for one file
     * @return the copy
     */
    Snapshot snapshot(
        Model model, @Nullable Map<String, Object> state, @Nullable Double maxShardSize);

    /** Writes the inference function in a framework's own format. */
    void export(Model model, Path target, String format);

    /** Writes a layer that is no model as a {@code .keras} file. */
    void saveLayer(Layer layer, Path file, Save options);

    /** Reads a layer of a kind from a {@code .keras} file or folder. */
    <L extends Layer> L loadLayer(Class<L> type, Path file, Load options);

    /**
     * Those that are on the class path.
     *
     * @throws IllegalStateException if there are none
     */
    static Files find() {
      return ServiceLoader.load(Files.class, Model.class.getClassLoader())
          .findFirst()
          .orElseThrow(() -> new IllegalStateException(
              "Model files need the module keras4j-saving on the class path"));
    }
  }

  /** A Functional model from symbolic inputs to outputs. */
  public static Functional of(Object inputs, Object outputs) {
    return new Functional(inputs, outputs);
  }

  /** Likewise, with a name. */
  public static Functional of(Object inputs, Object outputs, String name) {
    return new Functional(inputs, outputs).name(name);
  }

  /**
   * The layer of this name among {@link #layers}.
   *
   * @throws IllegalArgumentException if there is none, listing those that there are
   */
  public final Layer getLayer(String layerName) {
    for (Layer l : layers()) {
      if (l.name().equals(layerName)) {
        return l;
      }
    }
    throw new IllegalArgumentException(label() + ": has no layer '" + layerName + "', only "
        + layers().stream().map(Layer::name).toList());
  }

  /**
   * The layer at this place of {@link #layers}.
   *
   * @param index from 0 on; -1 is the last one, -2 the one before
   * @return the layer
   * @throws IllegalArgumentException if there are not so many
   */
  public final Layer getLayer(int index) {
    List<Layer> layers = layers();
    int at = index < 0 ? index + layers.size() : index;
    if (at < 0 || at >= layers.size()) {
      throw new IllegalArgumentException(
          label() + ": has no layer at index " + index + ", only " + layers.size() + " layers");
    }
    return layers.get(at);
  }

  /** Writes the model with weights and optimizer state as {@code .keras}; Python's Keras opens it too. */
  @Override
  public final void save(Path file) {
    save(file, Save.defaults());
  }

  /** Likewise, as a folder for instance: {@code model.save(folder, Save.zipped(false))}. */
  public final void save(Path file, Save options) {
    Files.find().save(this, file, options);
  }

  /**
   * Reads a model from a {@code .keras} file or a folder of what is in one, this library's or Python's, within the
   * default {@link ReadLimits}. Objects are made of registered classes alone, and nothing that the file holds is run.
   *
   * @throws RuntimeException if it cannot be read, is damaged or hostile ({@code ModelFileException})
   */
  public static Model load(Path file) {
    return load(file, Load.defaults());
  }

  /** Likewise, within limits of one's own: for files larger than those of ordinary models, or from strangers. */
  public static Model load(Path file, ReadLimits limits) {
    return load(file, Load.defaults().limits(limits));
  }

  /** Likewise, without compiling it for instance: {@code Model.load(file, Load.compile(false))}. */
  public static Model load(Path file, Load options) {
    return Files.find().load(file, options);
  }

  /**
   * The architecture as JSON text, as Keras writes it ({@code model.to_json}): config, build and compile settings, no
   * weights.
   */
  @Override
  public final String toJson() {
    return Files.find().toJson(this);
  }

  /**
   * A model of the architecture that a text of {@link #toJson} describes, with weights of its own ({@code
   * keras.models.model_from_json}).
   *
   * @throws IllegalArgumentException if the text is no such JSON, or describes no model
   */
  public static Model fromJson(String json) {
    return fromJson(json, Load.defaults());
  }

  /** Likewise, with classes that the text may name for instance. */
  public static Model fromJson(String json, Load options) {
    return Files.find().fromJson(json, options);
  }

  /**
   * Writes the weights as {@code .weights.h5}, and the state of the optimizer, if there is one: step counter,
   * learning rate, moments, averages, loss scale. Python's Keras reads the file too.
   */
  @Override
  public final void saveWeights(Path file) {
    saveWeights(file, SaveWeights.defaults());
  }

  /**
   * Likewise, in several files for instance: {@code model.saveWeights(Path.of("m.weights.json"),
   * SaveWeights.maxShardSize(5))}.
   */
  public final void saveWeights(Path file, SaveWeights options) {
    Files.find().saveWeights(this, file, options);
  }

  /**
   * Reads weights into a built model, this library's or Python's: from {@code .weights.h5}, from the several files that
   * a {@code .weights.json} lists, or out of a {@code .keras}. The optimizer takes the file's state, its learning rate
   * included, so that {@code fit} goes on as it would have before saving. Where the state is that of another
   * optimizer, or of other trainable weights, it stays as it is, with a warning. Nothing is assigned unless all weights
   * fit.
   *
   * @throws RuntimeException if the file cannot be read or does not fit the model ({@code ModelFileException})
   */
  @Override
  public final void loadWeights(Path file) {
    loadWeights(file, LoadWeights.defaults());
  }

  /**
   * Likewise.
   *
   * @param withOptimizer whether the optimizer takes the file's state; false to train the weights anew, for instance
   *     with another learning rate
   */
  public final void loadWeights(Path file, boolean withOptimizer) {
    loadWeights(file, LoadWeights.defaults().withOptimizer(withOptimizer));
  }

  /** Likewise, passing over layers that do not fit for instance: {@code LoadWeights.skipMismatch(true)}. */
  public final void loadWeights(Path file, LoadWeights options) {
    Files.find().loadWeights(this, file, options);
  }

  @Override
  public final void saveTraining(Path file) {
    Files.find().saveTraining(this, file, trainingState());
  }

  @Override
  public final Snapshot snapshot(boolean weightsOnly, @Nullable Double maxShardSize) {
    return Files.find().snapshot(this, weightsOnly ? null : trainingState(), maxShardSize);
  }

  @Override
  public final boolean resumeTraining(Path file) throws IOException {
    Map<String, Object> state = Files.find().loadTraining(this, file);
    if (state == null) {
      return false;
    }
    resumeFrom(state, () -> {
      try {
        return Objects.requireNonNull(Files.find().loadTraining(this, file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    return true;
  }

  /** Writes the inference function as a TensorFlow SavedModel, Keras's own default. */
  public final void export(Path target) {
    export(target, "tf_saved_model");
  }

  /** Writes the inference function in a framework's own format, {@code "stablehlo"} for instance. */
  public final void export(Path target, String format) {
    Files.find().export(this, target, format);
  }

  /**
   * Quantizes all layers that can be ({@code Model.quantize}): Dense, EinsumDense, Embedding and ReversibleEmbedding,
   * however deep. With {@code "int8"} and {@code "int4"} their weights become integers, which train no more, but by
   * LoRA. With {@code "float8"} those of Dense and EinsumDense stay, and their products are of floats of eight bits, in
   * training too. The model is to be compiled anew to train. GPTQ and AWQ look at data: {@link
   * #quantize(QuantizationConfig)} takes their configs.
   *
   * @param mode {@code "int8"}, {@code "int4"} or {@code "float8"}, with their default settings
   * @throws IllegalArgumentException if there is no such mode
   * @return which layers were quantized, and why the others were not
   * @throws IllegalStateException if such a layer is not built
   */
  public final QuantizationReport quantize(String mode) {
    return switch (mode) {
      case "int8" -> quantize(new Int8QuantizationConfig());
      case "int4" -> quantize(new Int4QuantizationConfig());
      case "float8" -> quantize(new Float8QuantizationConfig());
      case "gptq", "awq" ->
        throw new IllegalArgumentException(label() + ": quantize: '" + mode
            + "' needs data, which a " + mode.toUpperCase(Locale.ROOT) + "Config has");
      default ->
        throw new IllegalArgumentException(
            label() + ": quantize: mode expects 'int8', 'int4' or 'float8', got '" + mode + "'");
    };
  }

  /**
   * Likewise, with these settings; layers that are quantized already stay as they are, and so do those that cannot be
   * quantized so, with a warning.
   *
   * @param config how
   * @return which layers were quantized, and why the others were not
   */
  public final QuantizationReport quantize(QuantizationConfig config) {
    return quantize(config, layer -> true);
  }

  /**
   * Likewise, of some layers alone.
   *
   * @param config how
   * @param filter whether a layer is quantized
   * @return which layers were quantized, and why the others were not
   */
  public final QuantizationReport quantize(QuantizationConfig config, Predicate<Layer> filter) {
    Map<Layer, QuantizationReport.Reason> left = leftAlone(config, filter);
    if (config instanceof CalibratedConfig<?> c) {
      new CalibratedQuantization(this, c, filter).run();
    } else {
      for (Layer l : flattenLayers(false)) {
        if (l instanceof Quantizable q && !left.containsKey(l)) {
          try {
            q.quantize(config);
          } catch (UnsupportedOperationException e) {
            LOG.warn(String.valueOf(e.getMessage()));
          }
        }
      }
    }
    clearSteps();
    return QuantizationReport.of(config.mode(), this, left);
  }

  // which layers are not asked to be quantized, and why
  private Map<Layer, QuantizationReport.Reason> leftAlone(
      QuantizationConfig config, Predicate<Layer> filter) {
    Set<Layer> within = new HashSet<>(flattenLayers(false));
    if (config instanceof CalibratedConfig<?> c && c.blocks() != null) {
      within.clear();
      c.blocks().forEach(block -> within.addAll(block.flattenLayers(true)));
    }
    Map<Layer, QuantizationReport.Reason> out = new HashMap<>();
    for (Layer l : flattenLayers(false)) {
      if (l.quantizationMode() != null) {
        out.put(l, QuantizationReport.Reason.ALREADY_QUANTIZED);
      } else if (!(l instanceof Quantizable)) {
        out.put(l, QuantizationReport.Reason.NO_SUPPORT);
      } else if (!filter.test(l)) {
        out.put(l, QuantizationReport.Reason.FILTERED);
      } else if (!within.contains(l)) {
        out.put(l, QuantizationReport.Reason.OUTSIDE_STRUCTURE);
      }
    }
    return out;
  }

  /** Shape and dtype of each input, nested as the model takes them; null while they are not known. */
  public @Nullable Object inputSpecs() {
    return null;
  }

  /** The summary table, as Keras prints it. */
  public final String summary() {
    return Summary.of(this).toString();
  }

  /** The summary with its options. */
  public final Summary summaryOptions() {
    return Summary.of(this);
  }

  /**
   * A drawing of the layers and how they are connected: {@code model.plot().showShapes(true).write(Path.of("m.svg"))}.
   *
   * @throws IllegalStateException if the model is not built
   */
  public final ModelPlot plot() {
    return new ModelPlot(this);
  }

  /** What the model was compiled with; empty if it is not. */
  @Override
  public Map<String, Object> getCompileConfig() {
    Compile c = compileSettings();
    return c == null ? Map.of() : c.toConfig(optimizer());
  }

  @Override
  public void compileFromConfig(Map<String, Object> config) {
    if (config.get("optimizer") == null) {
      return;
    }
    compile(Compile.fromConfig(config));
  }

  /**
   * A model of the same architecture with weights of its own ({@code keras.models.clone_model}), compiled as this one
   * is.
   */
  public Model cloneModel() {
    return cloneModel(Clone.defaults());
  }

  /**
   * Likewise, with other layers, other calls, other inputs: {@code model.cloneModel(Clone.function(layer -> ...))}.
   *
   * @throws IllegalArgumentException if the model is neither a {@link Sequential} nor a {@link Functional}, and more
   *     than a model of the same config is asked for
   */
  public Model cloneModel(Clone options) {
    return Cloning.of(this, options);
  }
}
