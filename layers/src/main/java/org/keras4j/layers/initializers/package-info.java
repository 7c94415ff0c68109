/** First values of weights ({@code keras.initializers}). */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.layers.initializers;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
