/** Branches and loops. */
@NullMarked
package org.keras4j.ops.internal.control;

import org.jspecify.annotations.NullMarked;
