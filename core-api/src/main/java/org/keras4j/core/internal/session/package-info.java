/** What clearing a session gives up. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.core.internal.session;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
