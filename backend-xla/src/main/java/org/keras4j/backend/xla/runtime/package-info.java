/** What runs compiled programs: StableHLO text in, executables and device buffers out. */
@NullMarked
package org.keras4j.backend.xla.runtime;

import org.jspecify.annotations.NullMarked;
