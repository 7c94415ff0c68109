/** Inference functions as folders of StableHLO, written and run. */
@NullMarked
package org.keras4j.backend.xla.export;

import org.jspecify.annotations.NullMarked;
