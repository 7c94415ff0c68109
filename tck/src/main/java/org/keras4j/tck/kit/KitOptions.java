package org.keras4j.tck.kit;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.keras4j.core.DType;
import org.keras4j.tck.draws.Draws;

/**
 * How the kit is run. What is not set here comes from system properties, so that a build can be made longer from the
 * command line:
 *
 * <ul>
 *   <li>{@code keras4j.draws}: how often each function is tried with arguments drawn at random; few times by default;
 *   <li>{@code keras4j.draws.from}: the number of the first draw, 0 if not given;
 *   <li>{@code keras4j.draws.only}: a part of the names of the tests that are run, which are those of the functions;
 *   <li>{@code keras4j.draws.verbose}: {@code true} to say each wrong call before it is made.
 * </ul>
 */
public final class KitOptions {
  private int draws = Integer.getInteger("keras4j.draws", -1);
  private int share = 1;
  private int from = Integer.getInteger("keras4j.draws.from", 0);
  private String only = System.getProperty("keras4j.draws.only", "");
  private final Map<String, String> gaps = new LinkedHashMap<>();
  private final Set<DType> heldOnly = EnumSet.noneOf(DType.class);

  /** The defaults. */
  public KitOptions() {}

  /**
   * How often each function is tried with arguments drawn at random.
   *
   * @throws IllegalArgumentException if this is not at least once
   */
  public KitOptions draws(int times) {
    if (times < 1) {
      throw new IllegalArgumentException("draws: got " + times + ", expected at least 1");
    }
    draws = times;
    return this;
  }

  /**
   * Takes one draw of this many, and at least one, where neither {@link #draws} nor the system property says how often: for a backend
   * that compiles each call, where a draw takes many times what it takes elsewhere.
   *
   * @throws IllegalArgumentException if this is not at least 1
   */
  public KitOptions oneDrawOf(int usual) {
    if (usual < 1) {
      throw new IllegalArgumentException("oneDrawOf: got " + usual + ", expected at least 1");
    }
    share = usual;
    return this;
  }

  /** The number of the first draw: other numbers, other arguments. */
  public KitOptions firstDraw(int number) {
    from = number;
    return this;
  }

  /** Only tests whose name contains a text are run: a function, a primitive, a layer, whatever it is a test of. */
  public KitOptions only(String part) {
    only = part;
    return this;
  }

  /**
   * Says that a test is known to fail: it is not run, and reported as aborted with the reason.
   *
   * @param test its name, {@code "PRIMITIVES/complex"}: the part, and the name within it
   * @param reason why; at least ten characters
   */
  public KitOptions knownGap(String test, String reason) {
    if (reason.strip().length() < 10) {
      throw new IllegalArgumentException(
          "knownGap: '" + test + "' needs a reason, got '" + reason + "'");
    }
    gaps.put(test, reason);
    return this;
  }

  /**
   * Says which dtypes the backend holds and converts, but does not compute with: of float8 that is all that Keras asks.
   */
  public KitOptions heldOnly(DType... dtypes) {
    heldOnly.addAll(List.of(dtypes));
    return this;
  }

  /** Whether the backend computes with a dtype that it supports. */
  public boolean computesWith(DType dtype) {
    return !heldOnly.contains(dtype);
  }

  /** The tests that are not run, with the reasons. */
  public Map<String, String> knownGaps() {
    return Map.copyOf(gaps);
  }

  /** The numbers of the draws: as many as asked for, or else this many, or its share. */
  public int[] drawn(int ordinary) {
    int n = draws > 0 ? draws : Math.max(1, ordinary / share);
    return IntStream.range(from, from + n).toArray();
  }

  /** The functions that are tried. */
  public List<String> functions() {
    return Draws.functions().stream().filter(this::takes).toList();
  }

  /** Whether a test of this name is run. */
  public boolean takes(String name) {
    return name.contains(only);
  }

  /** Whether each wrong call is said before it is made. */
  public boolean verbose() {
    return Boolean.getBoolean("keras4j.draws.verbose");
  }
}
