/** What a backend implements, and how it is found. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.core.spi;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
