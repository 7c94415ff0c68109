/** The closed set of primitives of the graph: attributes, and one shape-and-dtype rule each. */
@NullMarked
package org.keras4j.core.primitive;

import org.jspecify.annotations.NullMarked;
