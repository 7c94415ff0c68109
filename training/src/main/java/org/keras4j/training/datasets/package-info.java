/** The datasets of {@code keras.datasets}, read from Keras's cache, into which they are fetched once. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.training.datasets;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
