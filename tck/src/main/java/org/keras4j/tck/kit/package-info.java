/** What a test of the kit is, and how the kit is run. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.tck.kit;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
