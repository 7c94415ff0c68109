/** Models as LiteRT files. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.litert;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
