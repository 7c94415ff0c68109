/** Branches and loops. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.control;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
