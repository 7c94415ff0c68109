package org.keras4j.tck.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.tck.kit.KitOptions;
import org.keras4j.tck.kit.KitTest;

/**
 * The one suite of primitives, which every backend runs in all the ways that {@link Runs} has. {@code ...Cases} go through
 * dtypes and attributes with results computed by plain loops, {@code ...Corners} through what the definitions say of the
 * edges, and {@code ...Examples} are small and written out.
 */
public final class Primitives {
  private final List<KitTest> tests = new ArrayList<>();
  private String group = "";

  private Primitives() {}

  /** The tests, for the backend in use. The last holds that no primitive was left out. */
  public static List<KitTest> tests(KitOptions options) {
    Runs.use(options);
    Primitives to = new Primitives();
    to.elementwise();
    to.movement();
    to.folds();
    to.products();
    to.others();
    to.tests.add(new KitTest("everyPrimitiveWasRun", Primitives::everyPrimitiveWasRun));
    return to.tests;
  }

  private void elementwise() {
    group = "Elementwise";
    ElementwiseCases.add(this);
    ElementwiseCorners.add(this);
    ElementwiseExamples.add(this);
  }

  private void movement() {
    group = "Shape";
    ShapeCases.add(this);
    ShapeCorners.add(this);
    ShapeExamples.add(this);
    group = "Index";
    IndexCases.add(this);
    IndexCorners.add(this);
    IndexExamples.add(this);
  }

  private void folds() {
    group = "Reduce";
    ReduceCases.add(this);
    ReduceCorners.add(this);
    FoldExamples.add(this);
    group = "Window";
    WindowCases.add(this);
    WindowCorners.add(this);
  }

  private void products() {
    group = "Contraction";
    ContractionCases.add(this);
    ContractionExamples.add(this);
    group = "Linalg";
    LinalgCases.add(this);
    LinalgCorners.add(this);
    LinalgExamples.add(this);
  }

  private void others() {
    group = "Control";
    ControlCases.add(this);
    ControlCorners.add(this);
    ControlExamples.add(this);
    group = "RandomBits";
    RandomBitsExamples.add(this);
    group = "UnknownSizes";
    UnknownSizesExamples.add(this);
  }

  /** Adds a test to the current group. */
  void on(String name, KitTest.Body body) {
    tests.add(new KitTest(group + " " + name, body));
  }

  private static void everyPrimitiveWasRun() {
    Set<String> missing = new TreeSet<>();
    for (Class<?> c : kinds(Primitive.class)) {
      if (c != Composite.class && !Runs.held().contains(c)) {
        missing.add(c.getSimpleName());
      }
    }
    assertEquals(Set.of(), missing, "primitives that no test of this run ran");
  }

  private static List<Class<?>> kinds(Class<?> c) {
    List<Class<?>> out = new ArrayList<>();
    if (!c.isSealed()) {
      out.add(c);
      return out;
    }
    for (Class<?> kind : c.getPermittedSubclasses()) {
      out.addAll(kinds(kind));
    }
    return out;
  }
}
