/** Recurrent layers and their cells. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.layers.rnn;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
