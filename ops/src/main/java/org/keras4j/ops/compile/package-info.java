/** Functions that are compiled as a whole. */
@NullMarked
package org.keras4j.ops.compile;

import org.jspecify.annotations.NullMarked;
