/** What is done with a graph before a backend compiles it. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.passes;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
