/** The functions of layers by Keras's names. */
@NullMarked
package org.keras4j.layers.surface;

import org.jspecify.annotations.NullMarked;
