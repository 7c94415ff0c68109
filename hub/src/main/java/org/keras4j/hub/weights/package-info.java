/** Weights that other libraries saved, and where they go in models of this one. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.hub.weights;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
