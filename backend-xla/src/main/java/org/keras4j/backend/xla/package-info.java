/** The backend that runs graphs on XLA. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.backend.xla;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
