/** Metrics ({@code keras.metrics}): classes, and the functions of {@link org.keras4j.training.metrics.Metrics}. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.training.metrics;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
