/** Model files: {@code .keras} and {@code .weights.h5}, exchanged with Python's Keras. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.saving;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
