/** How functions read their arguments: axes, dtypes, extents, layouts, paddings. */
@NullMarked
package org.keras4j.ops.internal.arguments;

import org.jspecify.annotations.NullMarked;
