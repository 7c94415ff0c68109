/** Layers that rearrange, crop, pad or repeat. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.layers.reshaping;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
