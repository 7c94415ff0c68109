/** Samplers: from random words to numbers of a distribution. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.random;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
