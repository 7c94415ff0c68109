package org.keras4j.ops.types;

import org.jspecify.annotations.Nullable;

/**
 * A function's value and its derivative in one direction.
 *
 * @param primalsOut the value
 * @param tangentsOut how it moves, of the same structure
 * @param aux what the function gave besides, or null
 */
public record Jvp<R>(R primalsOut, R tangentsOut, @Nullable Object aux) {}
