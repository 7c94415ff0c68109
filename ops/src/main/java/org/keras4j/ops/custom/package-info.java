/** For functions and layers of one's own: calls that are recorded in models, functions that a backend may run whole. */
@NullMarked
package org.keras4j.ops.custom;

import org.jspecify.annotations.NullMarked;
