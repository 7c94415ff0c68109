/** Language models that continue texts: sampling, streaming, batches. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.hub.generation;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
