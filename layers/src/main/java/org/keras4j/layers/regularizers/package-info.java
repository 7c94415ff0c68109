/** Penalties on weights and outputs ({@code keras.regularizers}). */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.layers.regularizers;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
