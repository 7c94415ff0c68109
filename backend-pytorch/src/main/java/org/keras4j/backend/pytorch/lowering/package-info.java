/** Writes primitives and graphs as TorchScript source text. Internal. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.backend.pytorch.lowering;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
