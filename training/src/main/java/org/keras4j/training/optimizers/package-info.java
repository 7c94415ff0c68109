/** Optimizers ({@code keras.optimizers}). */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.training.optimizers;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
