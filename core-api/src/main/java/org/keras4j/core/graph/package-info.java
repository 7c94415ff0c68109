/** The SSA graph over the primitives. */
@NullMarked
package org.keras4j.core.graph;

import org.jspecify.annotations.NullMarked;
