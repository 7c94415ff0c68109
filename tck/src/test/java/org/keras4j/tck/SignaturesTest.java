package org.keras4j.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.layers.activations.Activations;
import org.keras4j.layers.image.BoundingBoxes;
import org.keras4j.layers.image.BoxDeltas;
import org.keras4j.layers.image.BoxOverlaps;
import org.keras4j.ops.Ops;
import org.keras4j.ops.QuantizerOps;
import org.keras4j.ops.Tree;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.tck.pages.PublicApi;
import org.keras4j.training.data.Preparation;
import org.keras4j.training.losses.CrossentropyLosses;
import org.keras4j.training.losses.Losses;
import org.keras4j.training.losses.Reduction;
import org.keras4j.training.losses.RegressionLosses;
import org.keras4j.training.metrics.Metrics;

/**
 * Signatures of the public API: what takes anything has a reason, what takes many arguments takes options too, and overloads do
 * not differ by meaning alone.
 */
@Tag("pytorch")
class SignaturesTest {
  private static final int MANY = 7;

  // Keras's functions, in its order of arguments: array-likes are objects, and so are dtypes, seeds
  // and axes, since
  // they are called by Keras's names and by saved graphs too
  private static final Set<Class<?>> FUNCTIONS = Set.of(
      Ops.class,
      Ops.Numpy.class,
      Ops.Nn.class,
      Ops.Linalg.class,
      Ops.Image.class,
      RandomOps.class,
      QuantizerOps.class,
      Tree.class,
      Activations.class,
      Losses.class,
      CrossentropyLosses.class,
      RegressionLosses.class,
      Reduction.class,
      Metrics.class,
      Preparation.class,
      BoundingBoxes.class,
      BoxDeltas.class,
      BoxOverlaps.class,
      Nest.class,
      ConfigEntries.class);

  // methods of any class whose objects are data, nested structures or entries of configs by what
  // they are
  private static final Map<String, String> BY_NAME = new HashMap<>();

  static {
    String data = "data and what is computed from them: array-likes, or nested structures of such";
    for (String name : List.of(
        "call",
        "invoke",
        "invokeNested",
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
  }

  // overloads whose static type decides, though both understand what comes as an Object: held by
  // DialectTest and OptionsTest
  private static final Set<String> BY_TYPE = Set.of(
      "Trainer.fit(2)", "Trainer.evaluate(2)", "Ops.convTranspose(3)", "Nn.convTranspose(3)");

  // three lists of values of variables, and what computeLoss takes
  private static final String VALUES = "Trainer.statelessComputeLoss";

  private static Stream<Executable> members(Class<?> c) {
    Stream<Constructor<?>> constructors =
        c.isRecord() ? Stream.empty() : Arrays.stream(c.getDeclaredConstructors());
    return Stream.concat(constructors, Arrays.stream(c.getDeclaredMethods()))
        .map(Executable.class::cast)
        .filter(e -> Modifier.isPublic(e.getModifiers()) || Modifier.isProtected(e.getModifiers()))
        .filter(e -> !e.isSynthetic() && !(e instanceof Method m && m.isBridge()));
  }

  private static String name(Executable e) {
    return e.getDeclaringClass().getSimpleName() + "."
        + (e instanceof Method ? e.getName() : "new");
  }

  private static boolean takesAnything(Executable e) {
    return Arrays.stream(e.getGenericParameterTypes())
        .anyMatch(t -> t == Object.class || t == Object[].class);
  }

  /** An array-like, a nested structure, an entry of a config: anything else has overloads by type. */
  @Test
  void whatTakesAnythingHasAReason() {
    Set<String> wrong = new TreeSet<>();
    Set<String> unused = new TreeSet<>(REASONS.keySet());
    int seen = 0;
    for (Class<?> c : PublicApi.classes()) {
      for (Executable e :
          (Iterable<Executable>) members(c).filter(SignaturesTest::takesAnything)::iterator) {
        seen++;
        unused.remove(name(e));
        boolean known = FUNCTIONS.contains(c)
            || e instanceof Method && BY_NAME.containsKey(e.getName())
            || REASONS.containsKey(name(e));
        if (!known) {
          wrong.add(e.toString());
        }
      }
    }
    assertEquals(Set.of(), wrong);
    assertEquals(Set.of(), unused, "reasons for what is not there");
    assertTrue(seen > 1000, "only " + seen);
  }

  /** A class of fluent settings: made by a static method, and each of its setters gives itself. */
  private static boolean isOptions(Class<?> c) {
    return Modifier.isFinal(c.getModifiers())
        && !c.isRecord()
        && c.getConstructors().length == 0
        && !List.of(Shape.class, NDArray.class, TensorSpec.class).contains(c)
        && Arrays.stream(c.getDeclaredMethods())
            .anyMatch(m -> Modifier.isStatic(m.getModifiers()) && m.getReturnType() == c)
        && Arrays.stream(c.getDeclaredMethods())
            .anyMatch(m -> !Modifier.isStatic(m.getModifiers())
                && m.getReturnType() == c
                && m.getParameterCount() == 1);
  }

  private static boolean takesOptions(Method m) {
    return m.getParameterCount() < MANY
        && Arrays.stream(m.getParameterTypes()).anyMatch(SignaturesTest::isOptions);
  }

  /** Only Keras's functions have as many, in its order, and they take options too. */
  @Test
  void manyArgumentsAreOptions() {
    Set<String> wrong = new TreeSet<>();
    int seen = 0;
    for (Class<?> c : PublicApi.classes()) {
      for (Executable e :
          (Iterable<Executable>) members(c).filter(x -> x.getParameterCount() >= MANY)::iterator) {
        seen++;
        boolean short_ = FUNCTIONS.contains(c)
            && Arrays.stream(c.getDeclaredMethods())
                .anyMatch(m -> m.getName().equals(e.getName()) && takesOptions(m));
        if (!short_ && !VALUES.equals(name(e))) {
          wrong.add(e.toString());
        }
      }
    }
    assertEquals(Set.of(), wrong);
    assertTrue(seen > 20, "only " + seen);
  }

  /** What an argument means depends on the object, not on the type of the variable that holds it. */
  @Test
  void noOverloadsDifferByMeaningAlone() {
    Set<String> found = new TreeSet<>();
    for (Class<?> c : PublicApi.classes()) {
      List<Executable> all = members(c).toList();
      for (Executable anything : all) {
        for (Executable options : all) {
          if (anything != options
              && name(anything).equals(name(options))
              && anything.getParameterCount() == options.getParameterCount()
              && hides(anything.getParameterTypes(), options.getParameterTypes())) {
            found.add(name(anything) + "(" + anything.getParameterCount() + ")");
          }
        }
      }
    }
    assertEquals(new TreeSet<>(BY_TYPE), found);
  }

  private static boolean hides(Class<?>[] anything, Class<?>[] options) {
    boolean one = false;
    for (int i = 0; i < options.length; i++) {
      if (!anything[i].isAssignableFrom(options[i])) {
        return false;
      }
      one |= anything[i] == Object.class && isOptions(options[i]);
    }
    return one;
  }
}
