package org.keras4j.saving;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.ReadBudget;
import org.keras4j.core.internal.io.FileBytes;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.core.serialization.CustomObjects;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.models.Functional;
import org.keras4j.models.Load;
import org.keras4j.models.LoadWeights;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.saving.internal.hdf5.H5Dataset;
import org.keras4j.saving.internal.hdf5.H5Group;
import org.keras4j.saving.internal.hdf5.H5Reader;
import org.keras4j.saving.internal.hdf5.H5Writer;
import org.keras4j.training.optimizers.Optimizer;

/**
 * Keras's older format, {@code .h5} and {@code .hdf5}: weights, or a whole model with its config in attributes. Files of Keras 2
 * and of Keras 3 are read, those of Keras 3 written.
 */
final class LegacyFile {
  private static final String MODEL_CONFIG = "model_config";
  private static final String TRAINING_CONFIG = "training_config";
  private static final String WEIGHTS = "model_weights";
  private static final String OPTIMIZER = "optimizer_weights";

  /** Weights may take so much memory besides a multiple of those in the file. */
  private static final long MEMORY_BESIDES = 64L << 20;

  private LegacyFile() {}

  /** Whether a file's name is one of this format. */
  static boolean isNamed(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return (name.endsWith(".h5") || name.endsWith(".hdf5")) && !name.endsWith(".weights.h5");
  }

  // ---- writing

  /**
   * The file of a model.
   *
   * @throws IllegalArgumentException if its config does not say all of it, as that of a class of one's own does not
   */
  static H5Writer of(Model model) {
    if (!(model instanceof Functional) && !(model instanceof Sequential)) {
      throw new IllegalArgumentException("Model '" + model.name() + "' of class "
          + model.getClass().getSimpleName()
          + ": only Sequential and Functional models are saved as .h5; save it as .keras");
    }
    H5Writer out = new H5Writer();
    out.attribute("", "keras_version", LegacyWeights.KERAS_VERSION);
    out.attribute("", "backend", LegacyWeights.backend());
    Map<?, ?> tree = (Map<?, ?>) Objects.requireNonNull(Serializer.serialize(model));
    out.attribute("", MODEL_CONFIG, Json.write(LegacyConfig.downgrade(tree)));
    Map<String, Object> training = LegacyTraining.write(model);
    if (training != null) {
      out.attribute("", TRAINING_CONFIG, Json.write(training));
    }
    LegacyWeights.write(out, WEIGHTS, model);
    Optimizer o = model.optimizer();
    if (training != null && o != null && !o.variables().isEmpty()) {
      LegacyWeights.variables(out, OPTIMIZER, o.variables());
    }
    return out;
  }

  /** The file of a model's weights alone. */
  static H5Writer weightsOf(Model model) {
    H5Writer out = new H5Writer();
    LegacyWeights.write(out, "", model);
    return out;
  }

  // ---- reading

  /** A whole model. */
  static Model read(Path file, Load options) throws IOException {
    ReadLimits limits = options.limits();
    try (FileBytes bytes = FileBytes.open(file)) {
      H5Group root = H5Reader.open(bytes, limits);
      Map<?, ?> config = json(root, MODEL_CONFIG, limits);
      H5Group weights = root.find(WEIGHTS);
      if (config == null || weights == null) {
        throw new FileFormatException(
            LegacyWeights.isIn(root)
                ? "it holds weights alone: make the model, and read them with loadWeights"
                : "it holds no model of Keras: it has no attribute '" + MODEL_CONFIG
                    + "' and group '" + WEIGHTS + "'");
      }
      long memory = bytes.size() * limits.maxWeightsExpansion() + MEMORY_BESIDES;
      Model model = model(config, memory, options);
      LegacyWeights.read(model, weights, false, false);
      Map<?, ?> training = options.isCompiling() ? json(root, TRAINING_CONFIG, limits) : null;
      if (training != null) {
        compile(file, model, training, root, options);
      }
      return model;
    }
  }

  private static @Nullable Map<?, ?> json(H5Group root, String attribute, ReadLimits limits)
      throws IOException {
    String text = root.text(attribute);
    if (text == null) {
      return null;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > limits.maxConfigBytes()) {
      throw new FileFormatException("its " + attribute + " has " + bytes.length
          + " bytes, more than the " + limits.maxConfigBytes()
          + " that are taken (ReadLimits.maxConfigBytes)");
    }
    try {
      return Json.readObject(bytes, limits);
    } catch (IllegalArgumentException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException(attribute + ": " + e.getMessage(), e.getCause()));
    }
  }

  /** The model of a config of any version, with weights of its own. */
  static Model model(Map<?, ?> config, long memory, Load options) throws FileFormatException {
    Object made;
    try {
      made = CustomObjects.with(
          options.customObjects(),
          () -> ReadBudget.within(
              memory,
              options.limits().maxOperations(),
              () -> Serializer.deserialize(LegacyConfig.upgrade(config))));
    } catch (RuntimeException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException(MODEL_CONFIG + ": " + Failures.said(e), Failures.cause(e)));
    }
    if (!(made instanceof Model model)) {
      throw new FileFormatException("holds "
          + (made == null ? "nothing" : "a " + made.getClass().getSimpleName())
          + ", which is no model");
    }
    return model;
  }

  private static void compile(
      Path file, Model model, Map<?, ?> training, H5Group root, Load options) throws IOException {
    try {
      CustomObjects.with(options.customObjects(), () -> {
        LegacyTraining.compile(model, training);
        return model;
      });
    } catch (RuntimeException e) {
      throw Failures.inPlaceOf(
          e,
          new FileFormatException(
              "it cannot be compiled as its training_config says (Load.compile(false) does"
                  + " without): "
                  + Failures.said(e),
              Failures.cause(e)));
    }
    H5Group saved = root.find(OPTIMIZER);
    Optimizer o = model.optimizer();
    if (saved == null || o == null) {
      return;
    }
    Map<Variable, H5Dataset> found = new LinkedHashMap<>();
    String problem = OptimizerGroup.of(LegacyWeights.datasets(saved, "'" + OPTIMIZER + "'"))
        .collect(model, found);
    if (problem != null) {
      KerasFiles.warnOfOptimizer(file, problem);
      return;
    }
    for (Map.Entry<Variable, H5Dataset> e : found.entrySet()) {
      e.getValue().check(e.getKey().dtype());
    }
    for (Map.Entry<Variable, H5Dataset> e : found.entrySet()) {
      e.getKey().assign(ArrayLike.tensor(e.getValue().read(e.getKey().dtype())));
    }
  }

  /** Weights of a file of weights or of a whole model, into a built model. */
  static Model readWeights(Model model, Path file, LoadWeights options) throws IOException {
    if (!options.objectsToSkip().isEmpty()) {
      throw new FileFormatException(
          "objectsToSkip is for .weights.h5 and .keras files; .h5 files are read by name instead");
    }
    try (FileBytes bytes = FileBytes.open(file)) {
      H5Group root = H5Reader.open(bytes, options.limits());
      H5Group weights = LegacyWeights.isIn(root) ? root : root.find(WEIGHTS);
      if (weights == null) {
        throw new FileFormatException(
            "it holds no weights in the layout of .h5 files: no attribute '"
                + LegacyWeights.LAYER_NAMES + "' and no group '" + WEIGHTS + "'");
      }
      LegacyWeights.read(model, weights, options.isByName(), options.isSkippingMismatch());
      return model;
    }
  }
}
