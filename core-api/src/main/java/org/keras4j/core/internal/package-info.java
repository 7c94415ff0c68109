/** What the modules of the library share and nobody else sees; exported to them alone. */
@NullMarked
package org.keras4j.core.internal;

import org.jspecify.annotations.NullMarked;
