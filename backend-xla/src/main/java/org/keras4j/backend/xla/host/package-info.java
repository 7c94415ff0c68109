/** What XLA has no operation for, done in Java on the host. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.backend.xla.host;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
