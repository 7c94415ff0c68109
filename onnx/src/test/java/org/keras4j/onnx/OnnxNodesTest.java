package org.keras4j.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.onnx.internal.file.ModelReader;
import org.keras4j.onnx.internal.file.OnnxAttribute;
import org.keras4j.onnx.internal.file.OnnxGraph;
import org.keras4j.onnx.internal.file.OnnxModel;
import org.keras4j.onnx.internal.file.OnnxNode;
import org.keras4j.onnx.internal.operators.Operators;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;

/**
 * The tests of ONNX's own operators through our reader: {@code -Dkeras4j.onnx.nodes=FOLDER} with the folder that {@code
 * scripts/onnx_nodes.py} makes. At least 95% of those have to pass whose operators are all among those read. The layer is called eagerly, with {@code
 * -Dkeras4j.onnx.nodes.compiled=true} compiled; {@code -Dkeras4j.onnx.nodes.backend=NAME} asks for one backend alone.
 */
class OnnxNodesTest {
  private static final String FOLDER = System.getProperty("keras4j.onnx.nodes", "");
  private static final String BACKEND = System.getProperty("keras4j.onnx.nodes.backend", "");
  private static final boolean COMPILED = Boolean.getBoolean("keras4j.onnx.nodes.compiled");
  private static final String ONE = System.getProperty("keras4j.onnx.nodes.name", "");
  private static final double RELATIVE = 1e-3; // as ONNX's runner of these tests has it
  private static final double ABSOLUTE = 1e-5;
  private static final double REQUIRED = 0.95;

  private static void operators(OnnxGraph g, Set<String> into) {
    for (OnnxNode n : g.nodes()) {
      into.add(n.domain().isEmpty() ? n.type() : n.domain() + "." + n.type());
      for (OnnxAttribute a : n.attributes().values()) {
        if (a.value() instanceof OnnxGraph inner) {
          operators(inner, into);
        }
      }
    }
  }

  private static List<NDArray> arrays(Path set, String prefix) throws IOException {
    List<NDArray> out = new ArrayList<>();
    for (int i = 0; Files.exists(set.resolve(prefix + i + ".pb")); i++) {
      out.add(ModelReader.readTensor(set.resolve(prefix + i + ".pb")).value());
    }
    return out;
  }

  private static void same(NDArray want, NDArray got) {
    if (!want.shape().equals(got.shape()) || carrier(want.dtype()) != got.dtype()) {
      throw new IllegalStateException("gives " + got.spec() + ", not " + want.spec());
    }
    // what halves cannot tell apart
    double relative = switch (want.dtype()) {
      case BFLOAT16 -> 1e-2;
      case FLOAT16 -> 2e-3;
      default -> RELATIVE;
    };
    for (int i = 0; i < want.size(); i++) {
      double w = want.getDouble(i);
      double g = got.getDouble(i);
      boolean close = w == g
          || Double.isNaN(w) && Double.isNaN(g)
          || Math.abs(w - g) <= ABSOLUTE + relative * Math.abs(w);
      if (!close) {
        throw new IllegalStateException("element " + i + " is " + g + ", not " + w);
      }
    }
  }

  private static DType carrier(DType t) {
    return switch (t) {
      case INT4 -> DType.INT8;
      case UINT4 -> DType.UINT8;
      default -> t;
    };
  }

  private static void run(Path test) throws IOException {
    OnnxLayer layer = new OnnxLayer(test.resolve("model.onnx"));
    for (int set = 0; Files.exists(test.resolve("test_data_set_" + set)); set++) {
      Path data = test.resolve("test_data_set_" + set);
      List<Tensor> in = new ArrayList<>();
      for (NDArray a : arrays(data, "input_")) {
        // four bits are carried in bytes
        DType t = carrier(a.dtype());
        in.add(Ops.convertToTensor(a.astype(t), t));
      }
      List<Tensor> got = COMPILED ? compiled(layer, in) : called(layer, in);
      List<NDArray> want = arrays(data, "output_");
      if (want.size() != got.size()) {
        throw new IllegalStateException("gives " + got.size() + " results, not " + want.size());
      }
      for (int i = 0; i < want.size(); i++) {
        same(want.get(i), got.get(i).toNDArray());
      }
    }
  }

  private static List<Tensor> called(OnnxLayer layer, List<Tensor> in) {
    return Nest.tensors(layer.invokeNested(in, CallArgs.training(false)));
  }

  /** What shapes, places and conditions are made of is known, as it is in files of networks; the rest is traced. */
  private static List<Tensor> compiled(OnnxLayer layer, List<Tensor> in) {
    List<Tensor> traced = new ArrayList<>();
    in.forEach(t -> {
      if (!isKnown(t)) {
        traced.add(t);
      }
    });
    Jit program = Jit.of(given -> {
      Iterator<Tensor> next = Nest.tensors(given).iterator();
      List<Tensor> all = new ArrayList<>();
      in.forEach(t -> all.add(isKnown(t) ? t : next.next()));
      return called(layer, all);
    });
    return Nest.tensors(program.call(traced));
  }

  private static boolean isKnown(Tensor t) {
    return t.rank() == 0 || t.rank() == 1 && !t.dtype().isFloat();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow", "xla"})
  void operatorsOfOnnx(String backend) throws IOException {
    assumeFalse(
        FOLDER.isEmpty(),
        "scripts/onnx_nodes.py writes the tests, -Dkeras4j.onnx.nodes names them");
    assumeFalse(!BACKEND.isEmpty() && !BACKEND.equals(backend), "asked for " + BACKEND);
    Keras.setBackend(backend);
    List<Path> tests;
    try (Stream<Path> all = Files.walk(Path.of(FOLDER))) {
      tests = all.filter(p -> p.getFileName().toString().equals("model.onnx"))
          .map(Path::getParent)
          .filter(p -> ONE.isEmpty() || p.getFileName().toString().contains(ONE))
          .sorted()
          .toList();
    }
    Map<String, String> failed = new LinkedHashMap<>();
    Map<String, Integer> unclaimed = new TreeMap<>();
    int passed = 0;
    int claimed = 0;
    for (Path test : tests) {
      String name = test.getFileName().toString();
      Set<String> operators = new TreeSet<>();
      try {
        OnnxModel m = ModelReader.read(test.resolve("model.onnx"));
        operators(m.graph(), operators);
        m.graph().inputs().forEach(v -> {
          if (v.dtype() == DType.STRING) {
            operators.add("(strings)");
          }
        });
      } catch (IOException | IllegalArgumentException e) {
        operators.add("(" + e.getMessage() + ")");
      }
      Set<String> others = new TreeSet<>(operators);
      others.removeAll(Operators.names());
      if (!others.isEmpty()) {
        others.forEach(o -> unclaimed.merge(o, 1, Integer::sum));
        continue;
      }
      claimed++;
      try {
        run(test);
        passed++;
      } catch (IOException | RuntimeException | AssertionError e) {
        failed.put(name, e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }
    System.out.println("not claimed: " + unclaimed);
    failed.forEach((name, why) -> System.out.println(name + ": " + why));
    System.out.println(backend + ": " + passed + " of " + claimed + " tests passed, of "
        + tests.size() + " there are");
    assertTrue(claimed > 0, "no tests in " + FOLDER);
    assertTrue(passed >= REQUIRED * claimed, passed + " of " + claimed + " passed");
  }
}
