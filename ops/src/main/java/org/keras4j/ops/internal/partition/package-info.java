/** Graphs of a whole batch divided among processes. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.partition;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
