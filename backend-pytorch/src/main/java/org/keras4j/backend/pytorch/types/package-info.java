/** How values of each dtype lie in libtorch. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.backend.pytorch.types;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
