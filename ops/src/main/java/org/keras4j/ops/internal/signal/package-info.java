/** Fourier transforms and overlapping frames. */
@NullMarked
package org.keras4j.ops.internal.signal;

import org.jspecify.annotations.NullMarked;
