/** The SSA graph over the primitives. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.core.graph;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
