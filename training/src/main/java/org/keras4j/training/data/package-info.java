/** Data for training, from arrays, iterables, streams and datasets, as batches. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.training.data;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
