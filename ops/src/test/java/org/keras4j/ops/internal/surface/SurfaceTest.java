package org.keras4j.ops.internal.surface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.keras4j.core.KerasName;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.facade.Extension;

class SurfaceTest {
  @Test
  void functionsHaveTheNamesAndArgumentsOfKeras() {
    List<String> ours = Surface.drift().stream()
        .filter(d -> d.matches("keras\\.(ops|random|tree)\\..*"))
        .toList();
    assertEquals(List.of(), ours);
  }

  @Test
  void allFunctionsOfKerasAreThere() {
    List<String> missing = new ArrayList<>();
    for (KerasApi.Symbol s : KerasApi.symbols()) {
      if (s.aliasOf() == null
          && s.kind().equals("function")
          && s.name().matches("keras\\.(ops|random|tree)\\..*")
          && Surface.find(s.name()) == null) {
        missing.add(s.name());
      }
    }
    assertEquals(List.of(), missing);
    assertEquals( // three are of Keras 3.16
        355,
        Surface.functions().stream()
            .filter(f -> f.name().startsWith("keras.ops."))
            .count());
  }

  @Test
  void nestedClassesOfOpsHaveWhatTheNamespacesOfKerasHave() {
    Map<String, Class<?>> nested = Map.of(
        "numpy", Ops.Numpy.class,
        "nn", Ops.Nn.class,
        "linalg", Ops.Linalg.class,
        "image", Ops.Image.class);
    Set<String> spaces = new TreeSet<>();
    nested.forEach((space, type) -> {
      Set<String> keras = new TreeSet<>();
      for (KerasApi.Symbol s : KerasApi.symbols()) {
        if (s.kind().equals("function") && s.namespace().startsWith("keras.ops.")) {
          spaces.add(s.namespace().substring("keras.ops.".length()));
        }
        if (s.kind().equals("function") && s.namespace().equals("keras.ops." + space)) {
          keras.add(s.shortName());
        }
      }
      Set<String> ours = new TreeSet<>();
      for (Method m : type.getDeclaredMethods()) {
        KerasName n = m.getAnnotation(KerasName.class);
        if (!m.isAnnotationPresent(Extension.class)) {
          ours.add(n != null ? n.value() : Surface.snake(m.getName()));
        }
      }
      assertEquals(keras, ours, space);
    });
    assertEquals(nested.keySet(), spaces);
  }

  @Test
  void noFunctionTakesWhatOnlyHelpersTake() {
    // a helper of a family that is public by mistake would be a function of Ops
    for (Class<?> type : List.of(Ops.class, Ops.Image.class)) {
      for (Method m : type.getDeclaredMethods()) {
        for (Class<?> p : m.getParameterTypes()) {
          assertFalse(p == Op.Args.class || p == Tensor.class, m::toString);
        }
      }
    }
  }

  @Test
  void signaturesAreReadAsPythonWritesThem() {
    Signature s =
        Signature.parse("(x, *rest, axis=-1, eps=1e-05, mode='a', on=True, p=(0, 1), **kw)");
    assertEquals(
        Arrays.asList(null, null, -1, 1e-5, "a", true, List.of(0, 1)),
        s.named().stream().map(Signature.Parameter::value).toList());
    assertEquals(Signature.Kind.REST, s.parameters().get(1).kind());
    assertEquals(Signature.Kind.NAMED, s.parameters().get(2).kind());
    assertEquals(Signature.Kind.OPTIONS, s.parameters().get(7).kind());
  }

  @Test
  void aliasesLeadToOneFunction() {
    assertNotNull(Surface.find("keras.ops.numpy.add"));
    assertEquals(Surface.find("keras.ops.add"), Surface.find("keras.ops.numpy.add"));
    assertNull(Surface.find("keras.ops.no_such_function"));
  }

  @Test
  void argumentsAreBoundAndConverted() {
    SurfaceFunction ndim = Surface.find("keras.ops.ndim");
    assertEquals(2, ndim.call(List.of(List.of(List.of(1, 2))), Map.of()));
    assertEquals(1, ndim.call(List.of(), Map.of("x", List.of(1.0, 2.0))));
    assertThrows(IllegalArgumentException.class, () -> ndim.call(List.of(), Map.of()));
    assertThrows(IllegalArgumentException.class, () -> ndim.call(List.of(1, 2), Map.of()));
    assertThrows(IllegalArgumentException.class, () -> ndim.call(List.of(1), Map.of("y", 2)));
    assertThrows(IllegalArgumentException.class, () -> ndim.call(List.of(1), Map.of("x", 2)));
  }
}
