/** Inference functions as folders of StableHLO, written and run. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.backend.xla.export;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
