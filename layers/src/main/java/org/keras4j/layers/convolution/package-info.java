/** Convolution layers. */
@NullMarked
package org.keras4j.layers.convolution;

import org.jspecify.annotations.NullMarked;
