/** Layers that rearrange, crop, pad or repeat. */
@NullMarked
package org.keras4j.layers.reshaping;

import org.jspecify.annotations.NullMarked;
