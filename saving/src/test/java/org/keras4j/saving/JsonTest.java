package org.keras4j.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keras4j.core.io.ReadLimits;

class JsonTest {
  private static Map<?, ?> read(String text) {
    return Json.readObject(text.getBytes(StandardCharsets.UTF_8), ReadLimits.defaults());
  }

  private static String refused(String text) {
    return assertThrows(IllegalArgumentException.class, () -> read(text)).getMessage();
  }

  @Test
  void treesComeBackAsTheyWere() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("text", "a \"b\" \\ \n \u00e9 \ud83d\ude00 \u0000");
    tree.put("whole", 3);
    tree.put("long", 1L << 40);
    tree.put("huge", BigInteger.ONE.shiftLeft(70));
    tree.put("double", 1e-5);
    tree.put("nan", Double.NaN);
    tree.put("ends", List.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
    tree.put("none", null);
    tree.put("list", Arrays.asList(true, null, List.of(), Map.of()));
    assertEquals(tree, read(Json.write(tree)));
  }

  @Test
  void textIsThatOfPython() {
    assertEquals(
        "{\"a\":NaN,\"b\":-Infinity}", Json.write(ordered("a", Double.NaN, "b", -1 / 0.0)));
    assertEquals("{\"a\":\"\\u00E9\"}", Json.write(Map.of("a", "\u00e9")));
    assertEquals("{\"1\":[0.1,2,1.0]}", Json.write(Map.of(1, List.of(0.1f, (short) 2, 1.0))));
    assertEquals("[1,2]", Json.write(new int[] {1, 2}));
  }

  private static Map<String, Object> ordered(String a, Object x, String b, Object y) {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put(a, x);
    m.put(b, y);
    return m;
  }

  @Test
  void whatJsonHasNoFormForIsRefused() {
    String message = assertThrows(
            IllegalArgumentException.class, () -> Json.write(List.of(new StringBuilder("x"))))
        .getMessage();
    assertTrue(message.contains("java.lang.StringBuilder"), message);
  }

  @Test
  void whatIsNoObjectIsRefused() {
    assertTrue(refused("").contains("expected a JSON object"));
    assertTrue(refused("[1]").contains("expected a JSON object"));
    assertTrue(refused("{\"a\":").contains("is no valid JSON"));
    assertTrue(refused("{\"a\":[1").contains("is no valid JSON"));
    assertTrue(refused("{\"a\" 1}").contains("is no valid JSON"));
    assertTrue(refused("{\"a\":tru}").contains("is no valid JSON"));
  }

  @Test
  void whatIsTooDeepOrTooLongIsRefused() {
    int deep = ReadLimits.defaults().maxConfigDepth() + 1;
    assertTrue(refused("{\"a\":" + "[".repeat(deep) + "]".repeat(deep) + "}").contains("depth"));
    byte[] long_ = ("{\"a\":[" + "1,".repeat(100) + "1]}").getBytes(StandardCharsets.UTF_8);
    String message = assertThrows(
            IllegalArgumentException.class,
            () ->
                Json.readObject(long_, ReadLimits.builder().maxConfigTokens(50).build()))
        .getMessage();
    assertTrue(message.contains("Token count"), message);
  }
}
