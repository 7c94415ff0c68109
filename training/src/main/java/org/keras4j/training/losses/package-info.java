/** Losses ({@code keras.losses}): classes, and the functions of {@link org.keras4j.training.losses.Losses}. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.training.losses;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
