/** Tests of every primitive. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.tck.primitives;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
