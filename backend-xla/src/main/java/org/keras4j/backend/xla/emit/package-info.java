/** Graphs as StableHLO text: one method for each primitive. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.backend.xla.emit;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
