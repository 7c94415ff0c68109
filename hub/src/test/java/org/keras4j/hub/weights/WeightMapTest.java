package org.keras4j.hub.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.hub.decoder.MixtureOfExperts;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;

/** Maps between weights and arrays, on every backend. */
class WeightMapTest {
  private static NDArray counting(long... dims) {
    NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(dims));
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, i);
    }
    return a;
  }

  private static Sequential model() {
    return new Sequential(
        new Input(3),
        new Dense(4).name("layer_0"),
        new Dense(4).name("layer_1"),
        new Dense(2).useBias(false).name("left"),
        new Dense(3).useBias(false).name("right"));
  }

  private static final WeightMap MAP = WeightMap.empty()
      .linear("layer_{i}", "h.{i}.fc")
      .weight("left/kernel", "joined", WeightLayout.transposed().part(0, new long[] {1, 2}, 1))
      .weight("right/kernel", "other", WeightLayout.transposed())
      .ignore("h.{i}.mask", "head.*");

  private static Map<String, NDArray> arrays() {
    Map<String, NDArray> out = new LinkedHashMap<>();
    out.put("h.0.fc.weight", counting(4, 3));
    out.put("h.0.fc.bias", counting(4));
    out.put("h.1.fc.weight", counting(4, 4));
    out.put("h.1.fc.bias", counting(4));
    out.put("joined", counting(2, 12));
    out.put("other", counting(3, 2));
    out.put("h.0.mask", counting(1));
    out.put("head.x.y", counting(1));
    return out;
  }

  @Test
  void weightsGetTheirArrays() {
    Sequential m = model();
    MAP.load(m, WeightSource.of(arrays()));
    List<NDArray> w = m.getWeights();
    assertEquals(List.of(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11), ints(w.get(0)));
    assertEquals(List.of(0, 1, 2, 3), ints(w.get(1)));
    // the first third of twelve columns, turned
    assertEquals(List.of(0, 12, 1, 13, 2, 14, 3, 15), ints(w.get(4)));
  }

  private static List<Integer> ints(NDArray a) {
    return java.util.Arrays.stream(a.toIntArray()).boxed().toList();
  }

  @Test
  void everythingMissingAndLeftOverIsTold() {
    Sequential m = model();
    List<NDArray> before = m.getWeights();
    Map<String, NDArray> arrays = arrays();
    arrays.remove("h.1.fc.bias");
    arrays.put("h.2.fc.bias", counting(4));
    arrays.put("other", counting(2, 3));
    WeightMap.Report report = MAP.compare(m, WeightSource.of(arrays));
    assertEquals(List.of("layer_1/bias (h.1.fc.bias)"), report.missing());
    assertEquals(List.of("h.2.fc.bias"), report.leftOver());
    assertEquals(1, report.unfit().size());
    String message = assertThrows(
            IllegalArgumentException.class, () -> MAP.load(m, WeightSource.of(arrays)))
        .getMessage();
    for (String part : List.of("h.1.fc.bias", "h.2.fc.bias", "other", "right/kernel")) {
      assertTrue(message.contains(part), message);
    }
    assertThrows(
        IllegalArgumentException.class, () -> MAP.loadMatching(m, WeightSource.of(arrays)));
    assertEquals(before, m.getWeights(), "nothing is changed");
    arrays.put("other", counting(3, 2));
    assertFalse(MAP.loadMatching(m, WeightSource.of(arrays)).isComplete());
    assertEquals(before.get(3), m.getWeights().get(3), "the bias without an array");
    assertThrows(
        IllegalArgumentException.class, () -> MAP.loadMatching(m, WeightSource.of(Map.of())));
  }

  @Test
  void modelsGiveTheArraysBack() {
    WeightMap whole = WeightMap.empty()
        .linear("layer_{i}", "h.{i}.fc")
        .weight("left/kernel", "both", WeightLayout.transposed().part(0, new long[] {1, 1}, 1))
        .weight("right/kernel", "both", WeightLayout.transposed().part(1, 2, 1));
    Sequential m = new Sequential(
        new Input(3),
        new Dense(4).name("layer_0"),
        new Dense(4).useBias(false).name("left"),
        new Dense(4).useBias(false).name("right"));
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    arrays.put("h.0.fc.weight", counting(4, 3));
    arrays.put("h.0.fc.bias", counting(4));
    arrays.put("both", counting(4, 8));
    whole.load(m, WeightSource.of(arrays));
    WeightSource back = whole.export(m);
    assertEquals(arrays.keySet(), back.names());
    arrays.forEach((name, a) -> {
      assertEquals(a.shape(), back.shape(name), name);
      assertEquals(a, back.read(name), name);
    });
    assertThrows(
        IllegalArgumentException.class,
        () -> MAP.export(model()),
        "two thirds of an array are missing");
    assertThrows(IllegalArgumentException.class, () -> WeightMap.empty().export(m));
  }

  @Test
  void headsAreOneAxisThere() {
    for (WeightLayout layout : List.of(
        WeightLayout.transposed().split(1, 2),
        WeightLayout.permuted(1, 0).split(1, 2),
        WeightLayout.transposed().split(1, 2).part(1, 3, 0))) {
      Shape ours = Shape.of(5, 2, 3);
      Shape theirs = layout.arrayShape(ours);
      assertEquals(null, layout.refusal(theirs, ours));
      assertTrue(layout.refusal(Shape.of(5, 6), ours) != null);
      assertEquals(layout.partAxis() < 0 ? Shape.of(6, 5) : Shape.of(18, 5), theirs);
    }
    assertEquals(Shape.of(1, 7, 4), WeightLayout.same().squeezed(0).arrayShape(Shape.of(7, 4)));
    assertEquals(
        Shape.of(8, 3, 5, 5), WeightLayout.permuted(2, 3, 1, 0).arrayShape(Shape.of(5, 5, 3, 8)));
    assertThrows(IllegalArgumentException.class, () -> WeightLayout.permuted(0, 0));
    assertThrows(IllegalArgumentException.class, () -> WeightLayout.same().part(3, 3, 0));
  }

  @Test
  void mapsCompose() {
    WeightMap inner = WeightMap.empty().linear("layer_{i}", "h.{i}.fc").ignore("h.{i}.mask");
    WeightMap outer = WeightMap.empty()
        .plus(inner.under("", "model."))
        .weight("left/kernel", "l", WeightLayout.transposed())
        .weight("right/kernel", "r", WeightLayout.transposed());
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    arrays().forEach((name, a) -> {
      if (name.startsWith("h.")) {
        arrays.put("model." + name, a);
      }
    });
    arrays.put("l", counting(2, 4));
    arrays.put("r", counting(3, 2));
    outer.load(model(), WeightSource.of(arrays));
    WeightMap twice = outer.weight("layer_0/bias", "r");
    assertThrows(
        IllegalArgumentException.class, () -> twice.load(model(), WeightSource.of(arrays)));
  }

  @Test
  void arraysThatLieApartAreJoined() {
    Sequential m = new Sequential(new Input(3), new MixtureOfExperts(2, 1, 4).name("experts"));
    WeightMap map = WeightMap.empty()
        .linear("experts/router", "router")
        .stacked("e.{n}.gate", "e.gate")
        .stacked("e.{n}.up", "e.up")
        .stacked("e.{n}.down", "e.down")
        .weight("experts/gate", "e.gate", WeightLayout.permuted(0, 2, 1))
        .weight("experts/up", "e.up", WeightLayout.permuted(0, 2, 1))
        .weight("experts/down", "e.down", WeightLayout.permuted(0, 2, 1))
        .under("", "m.");
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    arrays.put("m.router.weight", counting(2, 3));
    for (int n = 0; n < 2; n++) {
      arrays.put("m.e." + n + ".gate", counting(4, 3));
      arrays.put("m.e." + n + ".up", counting(4, 3));
      arrays.put("m.e." + n + ".down", counting(3, 4));
    }
    arrays.put("m.e.1.up", NDArray.of(new float[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2}, 4, 3));
    map.load(m, WeightSource.of(arrays));
    WeightSource back = map.export(m);
    assertEquals(arrays.keySet(), back.names());
    for (String name : arrays.keySet()) {
      assertEquals(arrays.get(name).shape(), back.shape(name), name);
      assertArrayEquals(arrays.get(name).toFloatArray(), back.read(name).toFloatArray(), name);
    }
    // the whole may be there, and nothing may be missing between
    Map<String, NDArray> whole = new LinkedHashMap<>(arrays);
    whole.keySet().removeIf(k -> k.endsWith(".gate"));
    whole.put("m.e.gate", counting(2, 4, 3));
    map.load(m, WeightSource.of(whole));
    assertEquals(23, map.export(m).read("m.e.1.gate").getDouble(11));
    arrays.remove("m.e.0.up");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> map.load(m, WeightSource.of(arrays)));
    assertTrue(String.valueOf(e.getMessage()).contains("m.e.up"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> WeightMap.empty().stacked("a.b", "a.{n}.b"));
  }
}
