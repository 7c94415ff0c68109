/** Graphs with unknown dimensions, made known for the inputs of a call. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.backend.xla.dynamic;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
