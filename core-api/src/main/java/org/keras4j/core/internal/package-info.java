/** What the modules of the library share and nobody else sees; exported to them alone. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.core.internal;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
