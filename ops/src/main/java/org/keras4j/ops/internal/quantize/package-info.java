/** Quantization that lets gradients through. */
@NullMarked
package org.keras4j.ops.internal.quantize;

import org.jspecify.annotations.NullMarked;
