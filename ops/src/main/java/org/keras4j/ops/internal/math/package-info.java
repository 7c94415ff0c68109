/** Segments, largest elements, special functions: what Keras has in {@code keras.ops} alone. */
@NullMarked
package org.keras4j.ops.internal.math;

import org.jspecify.annotations.NullMarked;
