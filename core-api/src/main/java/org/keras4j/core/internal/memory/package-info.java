/** How much may be taken. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.core.internal.memory;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
