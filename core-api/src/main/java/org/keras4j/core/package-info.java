/** Tensors, dtypes, shapes, variables, host arrays and the global configuration. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.core;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
