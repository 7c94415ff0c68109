/** The closed set of primitives of the graph: attributes, and one shape-and-dtype rule each. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.core.primitive;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
