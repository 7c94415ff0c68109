/** Layers that pretrained models need beside Keras's own. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.hub.layers;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
