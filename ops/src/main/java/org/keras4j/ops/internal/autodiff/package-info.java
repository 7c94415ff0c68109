/** Reverse-mode differentiation: one rule for each primitive. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.autodiff;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
