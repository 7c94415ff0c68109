/** What happens around training steps and epochs ({@code keras.callbacks}). */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.training.callbacks;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
