/** Quantization that lets gradients through. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.quantize;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
