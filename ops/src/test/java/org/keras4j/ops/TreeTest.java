package org.keras4j.ops;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TreeTest {
  private static final Object SOME = List.of(List.of(1, 2), List.of(3), Map.of("b", 5, "a", 4));

  @Test
  void leavesComeInOrderWithTheirPaths() {
    assertEquals(List.of(1, 2, 3, 4, 5), Tree.flatten(SOME));
    assertEquals(Arrays.asList((Object) null), Tree.flatten(null));
    assertEquals(
        List.of(List.of(0, 0), List.of(0, 1), List.of(1, 0), List.of(2, "a"), List.of(2, "b")),
        Tree.flattenWithPath(SOME).stream().map(Tree.Leaf::path).toList());
    assertTrue(Tree.isNested(Map.of()));
    assertFalse(Tree.isNested(new float[] {1}));
  }

  @Test
  void structuresAreMappedTogether() {
    Object sums = Tree.mapStructure(
        x -> (Integer) x.get(0) + 10 * (Integer) x.get(1), List.of(SOME, SOME), true);
    assertEquals(List.of(11, 22, 33, 44, 55), Tree.flatten(sums));
    assertEquals(
        Arrays.asList(null, 2), Tree.mapStructure(x -> 2, List.of(Arrays.asList(null, 1)), false));
    assertEquals(List.of(2, 2), Tree.mapStructure(x -> 2, List.of(Arrays.asList(null, 1)), true));
    assertThrows(
        IllegalArgumentException.class,
        () -> Tree.mapStructure(x -> 1, List.of(List.of(1), List.of(1, 2)), true));
    assertThrows(IllegalArgumentException.class, () -> Tree.mapStructure(x -> 1, List.of(), true));
  }

  @Test
  void mappingStopsAtTheShallowStructure() {
    Object shallow = Arrays.asList(null, Arrays.asList(null, null));
    Object deep = List.of(List.of(1, 1), List.of(2, 2));
    assertEquals(
        List.of("[1, 1]", List.of("2", "2")),
        Tree.mapStructureUpTo(shallow, x -> String.valueOf(x.get(0)), List.of(deep)));
    assertThrows(
        IllegalArgumentException.class,
        () -> Tree.mapStructureUpTo(deep, x -> x, List.of(List.of(1, 2))));
  }

  @Test
  void formsAreCompared() {
    assertDoesNotThrow(() -> Tree.assertSameStructure(SOME, Tree.mapStructure(x -> "x", SOME)));
    assertThrows(
        IllegalArgumentException.class,
        () -> Tree.assertSameStructure(List.of(1), Map.of(0, 1), null));
    assertDoesNotThrow(() -> Tree.assertSamePaths(List.of(1), Map.of(0, 1)));
    IllegalArgumentException e = assertThrows(
        IllegalArgumentException.class,
        () -> Tree.assertSamePaths(List.of(1), List.of(List.of(1))));
    assertTrue(e.getMessage().contains("[0, 0]"), e.getMessage());
  }

  @Test
  void leavesArePackedAgain() {
    assertEquals(SOME, Tree.packSequenceAs(SOME, List.of(1, 2, 3, 4, 5)));
    assertThrows(IllegalArgumentException.class, () -> Tree.packSequenceAs(SOME, List.of(1, 2, 3)));
  }

  @Test
  void listsBecomeUnchangeable() {
    List<?> out = (List<?>) Tree.listsToTuples(new ArrayList<>(List.of(Arrays.asList(1, 2))));
    assertEquals(List.of(List.of(1, 2)), out);
    assertThrows(UnsupportedOperationException.class, () -> out.remove(0));
  }

  @Test
  void shapesAreMapped() {
    Object out = Tree.mapShapeStructure(
        s -> s.rank(), Map.of("a", Arrays.asList(null, 3), "b", List.of(new int[] {1}, "x")));
    assertEquals(Map.of("a", 2, "b", List.of(1, "x")), out);
  }

  @Test
  void traversalVisitsPartsInOrder() {
    Object s = List.of(List.of(1, 2), Map.of("a", 3));
    List<Object> seen = new ArrayList<>();
    Tree.traverse(
        x -> {
          seen.add(x);
          return null;
        },
        s);
    assertEquals(List.of(s, List.of(1, 2), 1, 2, Map.of("a", 3), 3), seen);
    seen.clear();
    Tree.traverse(
        x -> {
          seen.add(x);
          return null;
        },
        s,
        false);
    assertEquals(List.of(1, 2, List.of(1, 2), 3, Map.of("a", 3), s), seen);
    assertEquals(
        List.of("list", Map.of("a", 3)),
        Tree.traverse(x -> List.of(1, 2).equals(x) ? "list" : null, s));
    assertEquals(
        Arrays.asList(null, Map.of("a", 3)),
        Tree.traverse(x -> List.of(1, 2).equals(x) ? Tree.MAP_TO_NONE : null, s, false));
  }
}
