/** Any PJRT plugin, driven through its C interface. */
@NullMarked
package org.keras4j.backend.xla.runtime.pjrt;

import org.jspecify.annotations.NullMarked;
