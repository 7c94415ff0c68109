/** The contract by which objects become Keras configs and come back. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.core.serialization;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
