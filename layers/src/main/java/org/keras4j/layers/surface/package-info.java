/** The functions of layers by Keras's names. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.layers.surface;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
