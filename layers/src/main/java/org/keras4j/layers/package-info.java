/** Layers ({@code keras.layers}), the building blocks of models. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.layers;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
