/** What runs compiled programs: StableHLO text in, executables and device buffers out. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.backend.xla.runtime;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
