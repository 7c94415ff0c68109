/** Activation functions ({@code keras.activations}) and their layers. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.layers.activations;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
