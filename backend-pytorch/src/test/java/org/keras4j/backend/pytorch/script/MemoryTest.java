package org.keras4j.backend.pytorch.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;

class MemoryTest {
  private static final TensorSpec SPEC = TensorSpec.of(DType.FLOAT32, 3);

  @Test
  void whatIsReadByAnotherNameStays() {
    Memory m = new Memory(true);
    m.enter();
    m.made("a");
    m.made("b");
    m.view("c", "a");
    Term a = Term.of("a", SPEC);
    Term b = Term.of("b", SPEC);
    for (Term t : List.of(a, b)) {
      m.use(t, 0);
    }
    m.at(0, List.of(a, b, b));
    assertTrue(m.mayOverwrite(a, SPEC) && m.mayOverwrite(b, SPEC));
    m.at(0, List.of(a, b, Term.of("c", SPEC)));
    assertFalse(m.mayOverwrite(a, SPEC));
    assertTrue(m.mayOverwrite(b, SPEC));
    m.at(0, List.of(b));
    assertFalse(m.mayOverwrite(a, SPEC));
  }

  /** A step of an optimizer asks for each of its operands, of which there are as many as a model has weights. */
  @Test
  void manyOperandsTakeTimeInProportion() {
    Memory m = new Memory(true);
    m.enter();
    List<Term> operands = new ArrayList<>();
    for (int i = 0; i < 60_000; i++) {
      m.made("x" + i);
      operands.add(Term.of("x" + i, SPEC));
      m.use(operands.get(i), 0);
    }
    m.at(0, operands);
    long may = assertTimeout(
        Duration.ofSeconds(10),
        () -> operands.stream().filter(t -> m.mayOverwrite(t, SPEC)).count());
    assertEquals(60_000, may);
  }
}
