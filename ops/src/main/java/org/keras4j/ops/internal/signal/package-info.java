/** Fourier transforms and overlapping frames. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.signal;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
