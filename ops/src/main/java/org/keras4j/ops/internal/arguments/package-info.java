/** How functions read their arguments: axes, dtypes, extents, layouts, paddings. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.arguments;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
