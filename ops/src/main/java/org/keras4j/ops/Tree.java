package org.keras4j.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.ops.internal.facade.Extension;

/**
 * Nested structures ({@code keras.tree}): lists, maps and arrays of objects are walked, all else is a leaf,
 * null included; so is an array of numbers. Maps are walked in the order of their sorted keys.
 *
 * <pre>{@code
 * Tree.flatten(List.of(1, Map.of("b", 3, "a", 2))); // [1, 2, 3]
 * }</pre>
 */
public final class Tree {
  /**
   * Given by a function of {@link #traverse}, it puts null in the place of a part ({@code
   * keras.tree.MAP_TO_NONE}).
   */
  public static final Object MAP_TO_NONE = new Object() {
    @Override
    public String toString() {
      return "MAP_TO_NONE";
    }
  };

  private Tree() {}

  /** A leaf and how it is reached: the indices and keys from the outermost structure on. */
  public record Leaf(List<Object> path, @Nullable Object value) {}

  /** Whether a value is a list, map or array of objects ({@code keras.tree.is_nested}). */
  public static boolean isNested(@Nullable Object structure) {
    return Nest.isNested(structure);
  }

  /** The leaves in order ({@code keras.tree.flatten}); of a leaf itself alone. */
  public static List<@Nullable Object> flatten(@Nullable Object structure) {
    return Nest.flatten(structure);
  }

  /** The leaves in order, each with its path ({@code keras.tree.flatten_with_path}). */
  public static List<Leaf> flattenWithPath(@Nullable Object structure) {
    List<Leaf> out = new ArrayList<>();
    walk(new ArrayList<>(), structure, out);
    return out;
  }

  private static void walk(List<Object> path, @Nullable Object s, List<Leaf> out) {
    if (!Nest.isNested(s)) {
      out.add(new Leaf(List.copyOf(path), s));
      return;
    }
    parts(s).forEach((key, part) -> {
      path.add(key);
      walk(path, part, out);
      path.remove(path.size() - 1);
    });
  }

  // indices or sorted keys with what stands there
  private static Map<Object, @Nullable Object> parts(@Nullable Object s) {
    if (s instanceof Map<?, ?> m) {
      return new TreeMap<>(m);
    }
    Map<Object, @Nullable Object> out = new LinkedHashMap<>();
    for (Object part : items(s)) {
      out.put(out.size(), part);
    }
    return out;
  }

  private static List<?> items(@Nullable Object s) {
    return s instanceof Object[] a ? Arrays.asList(a) : s instanceof List<?> l ? l : List.of();
  }

  /** The structure with each leaf, null ones included, replaced by a function's result. */
  @Extension
  public static @Nullable Object mapStructure(
      UnaryOperator<@Nullable Object> func, @Nullable Object structure) {
    return Nest.map(structure, func);
  }

  /**
   * Structures of one form combined leaf by leaf ({@code keras.tree.map_structure}).
   *
   * @param func from the list of the structures' leaves at one place to the result's
   * @param structures at least one
   * @param noneIsLeaf whether the function is called for a null in the first structure; if not, null stays
   * @throws IllegalArgumentException if there is no structure, or their forms differ
   */
  public static @Nullable Object mapStructure(
      Function<List<@Nullable Object>, @Nullable Object> func,
      List<?> structures,
      boolean noneIsLeaf) {
    requireSome("map_structure", structures);
    Object first = structures.get(0);
    List<List<@Nullable Object>> leaves = new ArrayList<>();
    for (Object s : structures) {
      requireSame("map_structure", first, s);
      leaves.add(Nest.flatten(s));
    }
    int[] next = {0};
    return Nest.map(first, leaf -> {
      int i = next[0]++;
      if (leaf == null && !noneIsLeaf) {
        return null;
      }
      List<@Nullable Object> of = new ArrayList<>();
      leaves.forEach(l -> of.add(l.get(i)));
      return func.apply(of);
    });
  }

  /**
   * Structures combined down to the leaves of a shallower one; what lies deeper is left as it is and given
   * to the function ({@code keras.tree.map_structure_up_to}).
   *
   * @param shallowStructure whose form the result has
   * @param func from the list of the structures' parts at one place to the result's
   * @param structures at least one, each as deep as the shallow one or deeper
   * @throws IllegalArgumentException if there is no structure, or one is shallower or of another form
   */
  public static @Nullable Object mapStructureUpTo(
      @Nullable Object shallowStructure,
      Function<List<@Nullable Object>, @Nullable Object> func,
      List<?> structures) {
    requireSome("map_structure_up_to", structures);
    List<List<@Nullable Object>> parts = new ArrayList<>();
    for (Object s : structures) {
      List<@Nullable Object> out = new ArrayList<>();
      upTo(shallowStructure, s, out);
      parts.add(out);
    }
    int[] next = {0};
    return Nest.map(shallowStructure, leaf -> {
      int i = next[0]++;
      List<@Nullable Object> of = new ArrayList<>();
      parts.forEach(p -> of.add(p.get(i)));
      return func.apply(of);
    });
  }

  private static void upTo(
      @Nullable Object shallow, @Nullable Object s, List<@Nullable Object> out) {
    if (!Nest.isNested(shallow)) {
      out.add(s);
      return;
    }
    Map<Object, @Nullable Object> want = parts(shallow);
    Map<Object, @Nullable Object> got = Nest.isNested(s) ? parts(s) : Map.of();
    if (shallow instanceof Map != s instanceof Map || !want.keySet().equals(got.keySet())) {
      throw new IllegalArgumentException(
          "tree.map_structure_up_to: expected a structure with " + want.keySet() + ", got " + s);
    }
    want.forEach((key, part) -> upTo(part, got.get(key), out));
  }

  /** Nothing, or an exception if the structures differ. */
  @Extension
  public static void assertSameStructure(@Nullable Object a, @Nullable Object b) {
    requireSame("assert_same_structure", a, b);
  }

  /**
   * Nothing, or an exception if the structures differ in their form ({@code
   * keras.tree.assert_same_structure}).
   *
   * @param checkTypes taken for Keras's sake: it has no effect
   * @throws IllegalArgumentException if one is a list and the other a map or leaf, or sizes or keys differ
   */
  public static void assertSameStructure(
      @Nullable Object a, @Nullable Object b, @Nullable Boolean checkTypes) {
    requireSame("assert_same_structure", a, b);
  }

  /**
   * Nothing, or an exception if the structures have leaves at different places ({@code
   * keras.tree.assert_same_paths}); a list is equal to a map with its indices as keys.
   *
   * @throws IllegalArgumentException naming the first paths that differ
   */
  public static void assertSamePaths(@Nullable Object a, @Nullable Object b) {
    List<Leaf> x = flattenWithPath(a);
    List<Leaf> y = flattenWithPath(b);
    for (int i = 0; i < Math.max(x.size(), y.size()); i++) {
      Object p = i < x.size() ? x.get(i).path() : "no more";
      Object q = i < y.size() ? y.get(i).path() : "no more";
      if (!p.equals(q)) {
        throw new IllegalArgumentException(
            "tree.assert_same_paths: path " + i + " of the first is " + p + ", of the second " + q);
      }
    }
  }

  /**
   * A structure of the same form with other leaves ({@code keras.tree.pack_sequence_as}).
   *
   * @param flatSequence as many as the structure has leaves
   * @throws IllegalArgumentException if there are too few or too many
   */
  public static @Nullable Object packSequenceAs(@Nullable Object structure, List<?> flatSequence) {
    return Nest.pack(structure, flatSequence);
  }

  /**
   * The structure with its lists, and arrays of objects, made lists that cannot be changed, which is what
   * Java has for tuples ({@code keras.tree.lists_to_tuples}).
   */
  public static @Nullable Object listsToTuples(@Nullable Object structure) {
    if (structure instanceof Map<?, ?> m) {
      Map<Object, @Nullable Object> out = new LinkedHashMap<>();
      m.forEach((key, part) -> out.put(key, listsToTuples(part)));
      return out;
    }
    if (!Nest.isNested(structure)) {
      return structure;
    }
    List<@Nullable Object> out = new ArrayList<>();
    items(structure).forEach(part -> out.add(listsToTuples(part)));
    return Collections.unmodifiableList(out);
  }

  /**
   * The structure with a function applied to its shapes ({@code keras.tree.map_shape_structure}): a {@link
   * Shape}, an array of ints or longs, or a list of integers and nulls (unknown sizes). What is no shape
   * stays.
   */
  public static @Nullable Object mapShapeStructure(
      Function<? super Shape, ? extends @Nullable Object> func, @Nullable Object structure) {
    if (isShape(structure)) {
      return func.apply(shape(structure));
    }
    if (structure instanceof Map<?, ?> m) {
      Map<Object, @Nullable Object> out = new LinkedHashMap<>();
      m.forEach((key, part) -> out.put(key, mapShapeStructure(func, part)));
      return out;
    }
    if (!Nest.isNested(structure)) {
      return structure;
    }
    List<@Nullable Object> out = new ArrayList<>();
    items(structure).forEach(part -> out.add(mapShapeStructure(func, part)));
    return Collections.unmodifiableList(out);
  }

  private static boolean isShape(@Nullable Object s) {
    if (s instanceof List<?> l) {
      return l.stream().allMatch(n -> n == null || n instanceof Integer || n instanceof Long);
    }
    return s instanceof Shape || s instanceof int[] || s instanceof long[];
  }

  private static Shape shape(@Nullable Object s) {
    if (s instanceof int[] a) {
      return Shape.of(Arrays.stream(a).asLongStream().toArray());
    } else if (s instanceof long[] a) {
      return Shape.of(a);
    }
    return s instanceof Shape x ? x : Shape.of((List<?>) Objects.requireNonNull(s, "a shape"));
  }

  /** A traversal from the outside in. */
  @Extension
  public static @Nullable Object traverse(
      UnaryOperator<@Nullable Object> func, @Nullable Object structure) {
    return traverse(func, structure, true);
  }

  /**
   * Visits all parts of a structure, nested ones and leaves, depth first ({@code keras.tree.traverse}).
   *
   * @param func called with a part; null leaves it (and, from the outside in, goes on inside), anything
   *     else takes its place, {@link #MAP_TO_NONE} standing for null
   * @param topDown whether a part is visited before what is in it, rather than after
   * @return the structure with what was replaced
   */
  public static @Nullable Object traverse(
      UnaryOperator<@Nullable Object> func, @Nullable Object structure, boolean topDown) {
    if (topDown) {
      Object now = func.apply(structure);
      if (now != null) {
        return now == MAP_TO_NONE ? null : now;
      }
    }
    Object out = structure;
    if (structure instanceof Map<?, ?> m) {
      Map<Object, @Nullable Object> done = new LinkedHashMap<>();
      m.keySet().forEach(key -> done.put(key, null));
      parts(m).forEach((key, part) -> done.put(key, traverse(func, part, topDown)));
      out = done;
    } else if (Nest.isNested(structure)) {
      List<@Nullable Object> done = new ArrayList<>();
      items(structure).forEach(part -> done.add(traverse(func, part, topDown)));
      out = Collections.unmodifiableList(done);
    }
    if (topDown) {
      return out;
    }
    Object now = func.apply(out);
    return now == null ? out : now == MAP_TO_NONE ? null : now;
  }

  private static void requireSome(String function, List<?> structures) {
    if (structures.isEmpty()) {
      throw new IllegalArgumentException("tree." + function + ": no structure is given");
    }
  }

  private static void requireSame(String function, @Nullable Object a, @Nullable Object b) {
    if (!Nest.sameStructure(a, b)) {
      throw new IllegalArgumentException(
          "tree." + function + ": the structures differ: " + a + " and " + b);
    }
  }
}
