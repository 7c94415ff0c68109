package org.keras4j.training.callbacks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PythonNumbersTest {
  @Test
  void printsTheFewestDigits() {
    assertEquals("0.1", PythonNumbers.repr(0.1));
    assertEquals("1e-05", PythonNumbers.repr(1e-5));
    assertEquals("0.0001", PythonNumbers.repr(1e-4));
    assertEquals("1.2345678901234568e+17", PythonNumbers.repr(123456789012345678.0));
    assertEquals("9999999000000000.0", PythonNumbers.repr(9.999999e15));
    assertEquals("1e+16", PythonNumbers.repr(1e16));
    assertEquals("5e-324", PythonNumbers.repr(Double.MIN_VALUE));
    assertEquals("-0.0", PythonNumbers.repr(-0.0));
    assertEquals("100.0", PythonNumbers.repr(100));
    assertEquals("0.30000000000000004", PythonNumbers.repr(0.1 + 0.2));
    assertEquals("nan", PythonNumbers.repr(Double.NaN));
    assertEquals("-inf", PythonNumbers.repr(Double.NEGATIVE_INFINITY));
  }

  @Test
  void roundsHalfToEven() {
    assertEquals("0.12", PythonNumbers.fixed(0.125, 2));
    assertEquals("0.38", PythonNumbers.fixed(0.375, 2));
    assertEquals("5.1000e-04", PythonNumbers.scientific(0.00051, 4));
    assertEquals("1.0000e+00", PythonNumbers.scientific(0.99999999, 4));
    assertEquals("0.0000e+00", PythonNumbers.scientific(0, 4));
  }

  @Test
  void fillsFileNames() {
    Map<String, Number> numbers = Map.of("epoch", 3, "val_loss", 0.125, "acc", 0.1234567);
    assertEquals(
        "m-03-0.12-{x}-0.1234567-0.123-   0.123.keras",
        FilePattern.format(
            "m-{epoch:02d}-{val_loss:.2f}-{{x}}-{acc}-{acc:.3g}-{acc:8.3f}.keras", numbers));
    IllegalArgumentException e = assertThrows(
        IllegalArgumentException.class, () -> FilePattern.format("{val_acc}.keras", numbers));
    assertEquals(true, e.getMessage().contains("val_acc"));
  }
}
