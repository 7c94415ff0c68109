/** What XLA has no operation for, done in Java on the host. */
@NullMarked
package org.keras4j.backend.xla.host;

import org.jspecify.annotations.NullMarked;
