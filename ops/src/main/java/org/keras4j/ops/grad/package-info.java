/** Derivatives of functions of tensors, rules of one's own for them, and what is computed twice to save memory. */
@NullMarked
package org.keras4j.ops.grad;

import org.jspecify.annotations.NullMarked;
