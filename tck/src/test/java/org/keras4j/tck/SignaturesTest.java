package org.keras4j.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.tck.Signatures.Member;

/**
 * Signatures of the public API of all library modules, as their sources have them: what takes anything has a reason, what takes many
 * arguments takes options too, and overloads do not differ by meaning alone.
 */
@Tag("pytorch")
class SignaturesTest {
  private static final int MANY = 7;

  private static Signatures signatures = Signatures.none();

  @BeforeAll
  static void read() throws IOException {
    signatures = Signatures.ofLibrary();
  }

  // Keras's functions, in its order of arguments: array-likes are objects, and so are dtypes, seeds
  // and axes, since
  // they are called by Keras's names and by saved graphs too
  private static final Set<String> FUNCTIONS = Set.of(
      "Ops",
      "Ops.Numpy",
      "Ops.Nn",
      "Ops.Linalg",
      "Ops.Image",
      "RandomOps",
      "QuantizerOps",
      "Tree",
      "Activations",
      "Losses",
      "CrossentropyLosses",
      "RegressionLosses",
      "Reduction",
      "Metrics",
      "Preparation",
      "BoundingBoxes",
      "BoxDeltas",
      "BoxOverlaps",
      "Nest",
      "ConfigEntries");

  // methods of any class whose objects are data, nested structures or entries of configs by what
  // they are
  private static final Map<String, String> BY_NAME = new HashMap<>();

  static {
    String data = "data and what is computed from them: array-likes, or nested structures of such";
    for (String name : List.of(
        "call",
        "invoke",
        "invokeNested",
        "invokeEach",
        "validateOutputs",
        "statelessCall",
        "single",
        "given",
        "buildNested",
        "computeMask",
        "computeOutputSpec",
        "computeLoss",
        "compiledLoss",
        "computeMetrics",
        "updateState",
        "compute",
        "statelessUpdateState",
        "adapt",
        "rate",
        "fit",
        "evaluate",
        "predict",
        "predictNested",
        "predictOnBatch",
        "trainOnBatch",
        "testOnBatch",
        "sampleWeight",
        "validationData",
        "gradients",
        "statelessComputeLoss",
        "assignAdd",
        "assignSub",
        "apply",
        "prepare",
        "lowered",
        "isSymbolic",
        "symbolicResult",
        "draw",
        "bias",
        "mask")) {
      BY_NAME.put(name, data);
    }
    BY_NAME.put("equals", "of Java");
    BY_NAME.put("containsKey", "of Java's maps");
    BY_NAME.put("get", "an entry of a config: an object, a name, or a map");
    BY_NAME.put("deserialize", "an entry of a config");
    BY_NAME.put("serialize", "an entry of a config");
    BY_NAME.put("randomTransformation", "a seed, as functions take it");
  }

  private static final Map<String, String> REASONS = new HashMap<>();

  static {
    String array = "an array-like";
    for (String name : List.of(
        "NDArray.from",
        "Constant.new",
        "Normalization.statistics",
        "SpacingOptions.base",
        "BatchNormalizationOptions.offset",
        "BatchNormalizationOptions.scale",
        "CircleOptions.refLabels",
        "CircleOptions.refEmbeddings",
        "TimeseriesDataset.new",
        "ArraySource.new",
        "Application.decodePredictions",
        "Application.preprocessInput",
        "ImageNet.decodePredictions",
        "ImageNet.preprocessInput",
        "ImageGallery.plot",
        "ImageGallery.plotBoundingBoxes",
        "ImageGallery.plotSegmentationMasks",
        "ImageGallery.write",
        "Batch.of",
        "GPTQConfig.new",
        "AWQConfig.new",
        "DataPipeline.slices",
        "HostData.of",
        "BoxTransform.angle",
        "BoxTransform.centerX",
        "BoxTransform.centerY",
        "BoxTransform.scale",
        "BoxTransform.shearX",
        "BoxTransform.shearY",
        "BoxTransform.translateX",
        "BoxTransform.translateY")) {
      REASONS.put(name, array);
    }
    String nested = "a nested structure of tensors";
    for (String name : List.of(
        "OperationNode.new",
        "CallArgs.of",
        "CallArgs.with",
        "Clone.inputTensors",
        "Functional.new",
        "Model.of")) {
      REASONS.put(name, nested);
    }
    String entry = "an entry of a config, or the object that it names";
    for (String name : List.of(
        "DType.from",
        "ConfigFields.read",
        "CustomObjects.find",
        "Registry.resolve",
        "Serializer.functionName",
        "Compile.toConfig")) {
      REASONS.put(name, entry);
    }
    String layers = "an object of the module layers, which core does not know";
    REASONS.put("Variable.setConstraint", layers);
    REASONS.put("Variable.setRegularizer", layers);
    REASONS.put("ResultType.of", "dtypes, their names, tensors or numbers, in any mixture");
    REASONS.put("VariableArithmetic.changed", array);
    String specs = "specs of tensors, in lists and maps as a model nests them";
    REASONS.put("ExportArchive.addTrainStep", specs);
    REASONS.put("ExportArchive.trackAndAddEndpoint", specs);
    REASONS.put("StatelessTrainStep.state", array);
    REASONS.put("ConfigMap.put", "numbers, strings, booleans, lists and maps, as a Map has it");
    REASONS.put("StepContext.keep", "any key");
    REASONS.put("StepContext.kept", "any key");
    String mixed = "objects, functions, names, or lists and maps of these, in any mixture";
    REASONS.put("Trainer.compile", mixed);
    REASONS.put("Compile.metrics", mixed);
    REASONS.put("Compile.weightedMetrics", mixed);
    REASONS.put("Attributes.named", "names and values in turn");
    String without = "null is given as often as a value, and would fit each of several overloads";
    REASONS.put("Application.classifierActivation", without);
    REASONS.put("Application.weights", without);
  }

  // overloads whose static type decides, though both understand what comes as an Object: held by
  // DialectTest and OptionsTest
  private static final Set<String> BY_TYPE = Set.of(
      "Trainer.fit(2)", "Trainer.evaluate(2)", "Ops.convTranspose(3)", "Nn.convTranspose(3)");

  // more arguments than options would make clearer
  private static final Map<String, String> MANY_VALUES = Map.of(
      "Trainer.statelessComputeLoss",
      "three lists of values of variables, and what computeLoss takes",
      "Attributes.of",
      "keys, each with its value");

  @Test
  void allLibrariesAreRead() {
    assertTrue(
        signatures
            .modules()
            .containsAll(Set.of(
                "core-api",
                "ops",
                "layers",
                "training",
                "models",
                "saving",
                "applications",
                "backend-xla",
                "data",
                "hub",
                "onnx",
                "spark",
                "spring-ai",
                "text",
                "torch")),
        () -> "modules read: " + signatures.modules());
    assertTrue(signatures.members().stream().anyMatch(m -> m.owner().equals("Ops")));
  }

  /** An array-like, a nested structure, an entry of a config: anything else has overloads by type. */
  @Test
  void whatTakesAnythingHasAReason() {
    Set<String> wrong = new TreeSet<>();
    Set<String> unused = new TreeSet<>(REASONS.keySet());
    int seen = 0;
    for (Member m : signatures.members()) {
      if (!m.takesAnything()) {
        continue;
      }
      seen++;
      unused.remove(m.simpleName());
      boolean known = FUNCTIONS.contains(m.owner())
          || !m.isConstructor() && BY_NAME.containsKey(m.name())
          || REASONS.containsKey(m.simpleName());
      if (!known) {
        wrong.add(m.toString());
      }
    }
    assertEquals(Set.of(), wrong);
    assertEquals(Set.of(), unused, "reasons for what is not there");
    assertTrue(seen > 1000, "only " + seen);
  }

  /** Only Keras's functions have as many, in its order, and they take options too. */
  @Test
  void manyArgumentsAreOptions() {
    Set<String> wrong = new TreeSet<>();
    int seen = 0;
    for (Member m : signatures.members()) {
      if (m.parameters().size() < MANY) {
        continue;
      }
      seen++;
      boolean options = FUNCTIONS.contains(m.owner())
          && signatures.members().stream()
              .anyMatch(o -> o.owner().equals(m.owner())
                  && o.name().equals(m.name())
                  && o.parameters().size() < MANY
                  && o.erased().stream().anyMatch(signatures::isOptions));
      if (!options && !MANY_VALUES.containsKey(m.simpleName())) {
        wrong.add(m.toString());
      }
    }
    assertEquals(Set.of(), wrong);
    assertTrue(seen > 20, "only " + seen);
  }

  /** What an argument means depends on the object, not on the type of the variable that holds it. */
  @Test
  void noOverloadsDifferByMeaningAlone() {
    Set<String> found = new TreeSet<>();
    for (List<Member> overloads : signatures.overloads()) {
      for (Member anything : overloads) {
        for (Member options : overloads) {
          if (!anything.equals(options) && hides(anything.erased(), options.erased())) {
            found.add(anything.simpleName() + "(" + anything.parameters().size() + ")");
          }
        }
      }
    }
    assertEquals(new TreeSet<>(BY_TYPE), found);
  }

  private static boolean hides(List<String> anything, List<String> options) {
    boolean one = false;
    for (int i = 0; i < options.size(); i++) {
      if (!signatures.takes(anything.get(i), options.get(i))) {
        return false;
      }
      one |= anything.get(i).equals("Object") && signatures.isOptions(options.get(i));
    }
    return one;
  }
}
