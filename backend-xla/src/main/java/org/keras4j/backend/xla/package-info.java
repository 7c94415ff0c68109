/** The backend that runs graphs on XLA. */
@NullMarked
package org.keras4j.backend.xla;

import org.jspecify.annotations.NullMarked;
