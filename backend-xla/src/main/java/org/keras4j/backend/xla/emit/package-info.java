/** Graphs as StableHLO text: one method for each primitive. */
@NullMarked
package org.keras4j.backend.xla.emit;

import org.jspecify.annotations.NullMarked;
