/** How much may be taken. */
@NullMarked
package org.keras4j.core.internal.memory;

import org.jspecify.annotations.NullMarked;
