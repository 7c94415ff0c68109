package org.keras4j.backend.xla.emit;

import java.util.List;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.NDArray;

/**
 * A program text and what it takes.
 *
 * @param text StableHLO with a public function {@code main}
 * @param parameters the types of the graph's inputs, then of the constants
 * @param results the types of the graph's outputs
 * @param constants large literals, passed as further arguments behind the inputs
 */
public record Module(
    String text, List<TensorType> parameters, List<TensorType> results, List<NDArray> constants) {}
