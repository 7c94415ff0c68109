/** Any PJRT plugin, driven through its C interface. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.backend.xla.runtime.pjrt;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
