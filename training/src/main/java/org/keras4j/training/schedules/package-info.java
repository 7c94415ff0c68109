/** Learning rates that follow the step ({@code keras.optimizers.schedules}). */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.training.schedules;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
