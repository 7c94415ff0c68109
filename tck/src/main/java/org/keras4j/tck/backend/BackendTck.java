package org.keras4j.tck.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.keras4j.core.Keras;
import org.keras4j.tck.kit.KitOptions;
import org.keras4j.tck.kit.KitTest;

/**
 * The tests of a backend, for JUnit: a class that extends this one in the backend's own tests runs them all.
 *
 * <pre>{@code
 * class ToyTest extends BackendTck {
 *   ToyTest() {
 *     super("toy");
 *   }
 * }
 * }</pre>
 *
 * <p>{@link #run} does the same without JUnit's launcher.
 */
public abstract class BackendTck {
  private final String backend;
  private final List<Part> parts;

  /**
   * Tests of a backend.
   *
   * @param backend its name, as its provider says it
   * @param parts which tests; all if none is given
   */
  protected BackendTck(String backend, Part... parts) {
    this.backend = backend;
    this.parts = parts.length == 0 ? List.of(Part.values()) : List.of(parts);
  }

  /** How the kit is run; a class may give other options. */
  protected KitOptions options() {
    return new KitOptions();
  }

  /** The tests, a container for each part. */
  @TestFactory
  Stream<DynamicNode> tests() {
    Keras.setBackend(backend);
    KitOptions options = options();
    return parts.stream().map(p -> DynamicContainer.dynamicContainer(p.name(), nodes(p, options)));
  }

  private static Stream<DynamicNode> nodes(Part part, KitOptions options) {
    return part.tests(options).stream()
        .map(t -> DynamicTest.dynamicTest(t.name(), () -> {
          String gap = options.knownGaps().get(path(part, t));
          Assumptions.assumeTrue(gap == null, () -> "known: " + gap);
          t.body().run();
        }));
  }

  private static String path(Part part, KitTest test) {
    return part.name() + "/" + test.name();
  }

  /**
   * What a run gave.
   *
   * @param passed how many tests passed
   * @param failed why others did not, by part and name
   * @param gaps those that were not run, with the reasons
   */
  public record Report(int passed, Map<String, Throwable> failed, Map<String, String> gaps) {
    /** The numbers, then a line for each failure. */
    @Override
    public String toString() {
      StringBuilder b = new StringBuilder(
          passed + " passed, " + failed.size() + " failed, " + gaps.size() + " known gaps");
      failed.forEach((name, e) -> b.append("\n").append(name).append(": ").append(e));
      return b.toString();
    }
  }

  /**
   * Runs the tests.
   *
   * @param backend the name of a backend, which becomes the one in use
   * @param parts which tests; all if none is given
   */
  public static Report run(String backend, KitOptions options, Part... parts) {
    Keras.setBackend(backend);
    Map<String, Throwable> failed = new TreeMap<>();
    Map<String, String> gaps = new TreeMap<>();
    List<String> passed = new ArrayList<>();
    for (Part part : parts.length == 0 ? Part.values() : parts) {
      for (KitTest t : part.tests(options)) {
        String name = path(part, t);
        String gap = options.knownGaps().get(name);
        if (gap != null) {
          gaps.put(name, gap);
          continue;
        }
        try {
          t.body().run();
          passed.add(name);
        } catch (Exception | AssertionError | StackOverflowError e) {
          failed.put(name, e);
        }
      }
    }
    return new Report(passed.size(), failed, gaps);
  }
}
