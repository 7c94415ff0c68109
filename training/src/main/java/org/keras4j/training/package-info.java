/** Compiling, fitting, evaluating and predicting: the training loops ({@code keras.Model}). */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.training;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
