/** For functions and layers of one's own: calls that are recorded in models, functions that a backend may run whole. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.ops.custom;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
