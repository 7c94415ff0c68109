/** What every layer must fulfil. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.tck.layers;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
