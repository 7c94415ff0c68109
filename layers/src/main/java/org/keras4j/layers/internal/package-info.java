/** Checks of arguments. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.layers.internal;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
