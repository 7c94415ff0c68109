/** Layers against overfitting: dropouts and noise. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.layers.regularization;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
