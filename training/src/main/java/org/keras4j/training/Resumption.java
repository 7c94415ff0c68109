package org.keras4j.training;

import java.util.Map;
import java.util.function.Supplier;

/**
 * A training to go on with.
 *
 * @param state what {@link Progress#state} gave
 * @param read reads it once more, and puts weights and optimizer back
 */
record Resumption(Map<String, Object> state, Supplier<Map<String, Object>> read) {
  Map<String, Object> again() {
    return read.get();
  }
}
