package org.keras4j.tck.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.spi.Collectives;
import org.keras4j.distribution.DataParallel;
import org.keras4j.distribution.DeviceMesh;
import org.keras4j.distribution.Distribution;
import org.keras4j.distribution.LayoutMap;
import org.keras4j.distribution.ModelParallel;
import org.keras4j.distribution.TensorLayout;
import org.keras4j.layers.core.Dense;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.tck.distribution.ShardedModels.Layouts;
import org.keras4j.training.StepExport;
import org.keras4j.training.data.Batch;

/** Layouts are those that Keras gives, as {@code scripts/record_layouts.py} recorded them. */
@Tag("pytorch")
class LayoutsTest {
  private static final JsonNode RECORDED = recorded();

  private static JsonNode recorded() {
    try (InputStream in =
        LayoutsTest.class.getResourceAsStream("/org/keras4j/tck/distribution/layouts.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> axes(JsonNode list) {
    if (list.isNull()) {
      return null;
    }
    List<String> out = new ArrayList<>();
    list.forEach(a -> out.add(a.isNull() ? null : a.asText()));
    return out;
  }

  private static DeviceMesh mesh() {
    return DeviceMesh.planned(Shape.of(2, 2), List.of("batch", "model"));
  }

  @Test
  void mapsAnswerAsKerass() {
    LayoutMap map = new LayoutMap(mesh());
    for (JsonNode rule : RECORDED.get("map").get("rules")) {
      map.put(rule.get(0).asText(), axes(rule.get(1)).toArray(new String[0]));
    }
    int[] found = new int[2];
    RECORDED.get("map").get("answers").fields().forEachRemaining(e -> {
      TensorLayout got = map.get(e.getKey());
      assertEquals(axes(e.getValue()), got == null ? null : got.axes(), e.getKey());
      found[got == null ? 0 : 1]++;
    });
    assertTrue(found[0] > 2 && found[1] > 3);
  }

  private static void dense(int units, String... layout) {
    LayoutMap map = new LayoutMap(mesh()).put(".*kernel", layout);
    Dense layer = new Dense(units);
    layer.buildFor(Shape.of(-1, 4));
    Variable kernel = layer.weights().get(0);
    kernel.setSharding(new ModelParallel(map).variableLayout(kernel).sharding());
  }

  private static LayoutMap full() {
    return new LayoutMap(mesh()).put(".*a", "model").put(".*aa", "batch");
  }

  private static DeviceMesh mesh(Shape shape, List<String> names, int devices) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < devices; i++) {
      all.add("cpu:" + i);
    }
    return new DeviceMesh(shape, names, all);
  }

  @Test
  void refusedIsWhatKerasRefuses() {
    Map<String, Runnable> cases = new LinkedHashMap<>();
    cases.put("mesh without axes", () -> mesh(Shape.SCALAR, List.of(), 0));
    cases.put("mesh with a name too few", () -> mesh(Shape.of(2, 2), List.of("batch"), 4));
    cases.put(
        "mesh with a device too few", () -> mesh(Shape.of(2, 2), List.of("batch", "model"), 3));
    cases.put("layout of an unknown axis", () -> TensorLayout.of("other").withMesh(mesh()));
    cases.put("layout of an axis twice", () -> TensorLayout.of("model", "model").withMesh(mesh()));
    cases.put("layout without a mesh", () -> TensorLayout.of("model").sharding());
    cases.put("layout whose mesh is not known", () -> TensorLayout.of("other"));
    cases.put(
        "layout gets another mesh",
        () -> TensorLayout.of("model").withMesh(mesh()).withMesh(mesh()));
    cases.put("key twice", () -> full().put(".*a", "batch"));
    cases.put("unknown key removed", () -> full().remove("x"));
    cases.put("two keys match", () -> full().get("baa"));
    cases.put("one key is the path", () -> full().get(".*aa"));
    cases.put("batch axis that is not there", () -> new ModelParallel(full(), "b"));
    cases.put("variable divides", () -> dense(6, null, "model"));
    cases.put("variable does not divide", () -> dense(5, null, "model"));
    cases.put("variable has too few dimensions", () -> dense(6, null, "model", null));
    cases.put("layout of fewer dimensions", () -> dense(6, "model"));
    Map<String, Boolean> expected = new TreeMap<>();
    RECORDED
        .get("refused")
        .fields()
        .forEachRemaining(e -> expected.put(e.getKey(), e.getValue().asBoolean()));
    Map<String, Boolean> got = new TreeMap<>();
    cases.forEach((name, body) -> {
      try {
        body.run();
        got.put(name, false);
      } catch (IllegalArgumentException | IllegalStateException e) {
        got.put(name, true);
        assertTrue(e.getMessage().length() > 30, e.getMessage());
      }
    });
    assertEquals(expected, got);
  }

  /** A distribution that notes what it is asked. */
  private static final class Asked extends Distribution {
    private final Distribution inner;
    private final Set<String> paths = new LinkedHashSet<>();

    Asked(Distribution inner) {
      super(inner.deviceMesh());
      this.inner = inner;
    }

    @Override
    public String batchDimName() {
      return inner.batchDimName();
    }

    @Override
    public Collectives collectives() {
      return null;
    }

    @Override
    public TensorLayout tensorLayout(String path) {
      paths.add(path);
      return inner.tensorLayout(path);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "RECURRENT", mode = EnumSource.Mode.EXCLUDE)
  void modelsAreLaidOutAsKerass(ShardedModels kind, @TempDir Path dir) {
    JsonNode recorded = RECORDED.get("models").get(kind.name().toLowerCase(Locale.ROOT));
    LayoutMap rules = new LayoutMap(mesh());
    for (JsonNode rule : recorded.get("rules")) {
      rules.put(rule.get(0).asText(), axes(rule.get(1)).toArray(new String[0]));
    }
    assertEquals(
        rules.toString(),
        ((ModelParallel) kind.distribution(Layouts.MODEL)).layoutMap().toString());
    Map<String, Distribution> both = new LinkedHashMap<>();
    both.put("model", new ModelParallel(rules));
    both.put("data", kind.distribution(Layouts.DATA));
    both.forEach((name, d) -> {
      JsonNode expected = recorded.get(name);
      Model m = kind.model();
      Asked asked = new Asked(d);
      Batch batch = kind.batch();
      asked.scope(() -> StepExport.train(m, batch, dir.resolve(name)));
      Set<String> inside = new TreeSet<>();
      expected.get("asked").forEach(p -> inside.add(p.asText()));
      assertEquals(inside, new TreeSet<>(asked.paths), kind + " " + name);

      Map<String, List<String>> layouts = new TreeMap<>();
      List<Variable> all = new ArrayList<>(m.weights());
      all.addAll(m.optimizer().variables());
      all.forEach(v -> layouts.put(v.path(), d.variableLayout(v).axes()));
      Map<String, List<String>> keras = new TreeMap<>();
      expected
          .get("variables")
          .fields()
          .forEachRemaining(e -> keras.put(e.getKey(), axes(e.getValue())));
      assertEquals(keras.toString(), layouts.toString(), kind + " " + name);

      for (NDArray a : List.of((NDArray) batch.x(), (NDArray) batch.y())) {
        assertEquals(
            axes(expected.get("data").get(Arrays.toString(a.shape().toArray()))),
            d.dataLayout(a.shape()).axes());
      }
    });
  }

  @Test
  void aVariablesOwnLayoutComesFirst() {
    LayoutMap map = new LayoutMap(mesh()).put("weight", null, "model");
    Distribution d = new ModelParallel(map);
    Variable v = new Variable(
        "weight",
        new TensorSpec(Shape.of(4, 4), DType.FLOAT32),
        true,
        () -> Ops.zeros(new int[] {4, 4}));
    Variable slot = new Variable("slot", v.spec(), false, () -> Ops.zeros(new int[] {4, 4}));
    assertEquals(Arrays.asList(null, null), d.variableLayout(slot).axes());
    slot.setReference(v);
    assertEquals(Arrays.asList(null, "model"), d.variableLayout(slot).axes());
    v.setSharding(TensorLayout.of("batch").withMesh(mesh()).sharding());
    assertEquals(Arrays.asList("batch", null), d.variableLayout(v).axes());
    assertEquals(Arrays.asList("batch", null), d.variableLayout(slot).axes());
    map.put("slot", "model");
    assertEquals(List.of("model"), d.variableLayout(slot).axes());
    Exception e = assertThrows(
        IllegalArgumentException.class,
        () -> new DataParallel(List.of("cpu:0", "cpu:1")).variableLayout(v));
    assertTrue(e.getMessage().contains("batch=2, model=2"), e.getMessage());
    v.setSharding(null);
    assertEquals(Arrays.asList(null, "model"), d.variableLayout(v).axes());
  }

  @Test
  void tensorsStayAsTheyAreOnOneDevice() {
    Tensor x = Ops.ones(new int[] {4, 6});
    TensorLayout layout = TensorLayout.of("batch", "model").withMesh(mesh());
    assertSame(x, Distribution.distributeTensor(x, layout));
    Exception e = assertThrows(
        IllegalArgumentException.class,
        () -> Distribution.distributeTensor(Ops.ones(new int[] {4}), layout));
    assertTrue(e.getMessage().contains("rank 1"), e.getMessage());
    assertThrows(
        IllegalStateException.class,
        () -> Distribution.distributeTensor(x, TensorLayout.of("batch")));
  }

  @Test
  void devicesAreListedByKind() {
    assertEquals(Distribution.listDevices().size(), Distribution.deviceCount());
    assertEquals(List.of("cpu:0"), Distribution.listDevices("CPU"));
    assertEquals(1, Distribution.deviceCount("cpu"));
    assertEquals(List.of(), Distribution.listDevices("cp"));
  }

  @Test
  void aDistributionIsInForceInItsScope() {
    Distribution d = new ModelParallel(full());
    assertNull(Distribution.distribution());
    d.scope(() -> assertSame(d, Distribution.distribution()));
    Distribution.setDistribution(d);
    try {
      assertSame(d, Distribution.distribution());
      Distribution other = new DataParallel();
      other.scope(() -> assertSame(other, Distribution.distribution()));
    } finally {
      Distribution.setDistribution(null);
    }
    assertNull(Distribution.distribution());
    assertFalse(d.deviceMesh().devices().isEmpty());
  }
}
