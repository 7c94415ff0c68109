/** Models as modules of libtorch. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.torch;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
