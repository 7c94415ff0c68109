/** How values of each dtype lie in libtorch. */
@NullMarked
package org.keras4j.backend.pytorch.types;

import org.jspecify.annotations.NullMarked;
