package org.keras4j.ops.types;

import org.jspecify.annotations.Nullable;

/**
 * What a step of {@code scan} gives, and the scan itself.
 *
 * @param carry the state for the next step; of the scan, the last one
 * @param output this step's output, which may be null; of the scan, the outputs of all steps stacked along
 *     a new first axis
 */
public record Scanned<C, Y extends @Nullable Object>(C carry, Y output) {}
