package org.keras4j.tck.ops;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Keras;

/** {@link EagerAndCompiledTest} on XLA, in a JVM of its own, where programs are compiled fast. */
@Tag("several-backends")
class EagerAndCompiledOnXlaTest {
  @BeforeAll
  static void compileFast() {
    Profile.compileFast();
    Keras.setBackend("xla");
  }

  @Test
  void givesTheSame() {
    EagerAndCompiledTest.compare(Profile.draws(10));
  }
}
