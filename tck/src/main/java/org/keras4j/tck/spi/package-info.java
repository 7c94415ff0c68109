/** Tests of what the interfaces for backends promise besides results. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.tck.spi;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
