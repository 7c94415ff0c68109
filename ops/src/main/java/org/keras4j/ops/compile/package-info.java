/** Functions that are compiled as a whole. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.ops.compile;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
