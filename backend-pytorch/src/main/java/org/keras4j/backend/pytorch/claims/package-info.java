/** Composites that libtorch has kernels for. Internal. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.backend.pytorch.claims;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
