/** Running, tracing and compiling: how a call of a primitive becomes numbers or a node of a graph. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.engine;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
