/** Reverse-mode differentiation: one rule for each primitive. */
@NullMarked
package org.keras4j.ops.internal.autodiff;

import org.jspecify.annotations.NullMarked;
