package org.keras4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Tensor;

/** Holds what the comments of examples say: a shape, or a number. */
public final class Stated {
  private static final Pattern SHAPE = Pattern.compile("^\\(([a-z0-9, ]+)\\).*");

  private Stated() {}

  /** Compares a value with the comment. */
  public static void check(String stated, Object value) {
    Tensor t = (Tensor) value;
    Matcher shape = SHAPE.matcher(stated);
    if (shape.matches()) {
      List<Long> want = Arrays.stream(shape.group(1).split(","))
          .map(String::strip)
          .map(s -> s.equals("batch") ? -1L : Long.parseLong(s))
          .toList();
      assertEquals(want, Arrays.stream(t.shape().toArray()).boxed().toList(), stated);
    } else if (stated.matches("[0-9.]+") && !(t instanceof KerasTensor)) {
      double tolerance = Math.pow(10, -(stated.length() - stated.indexOf('.') - 1)) * 0.51;
      assertEquals(Double.parseDouble(stated), t.toNDArray().getDouble(0), tolerance, stated);
    }
  }
}
