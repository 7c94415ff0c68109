/** Preprocessing layers for features, text and audio. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.layers.preprocessing;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
