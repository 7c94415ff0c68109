/** Penalties on weights and outputs ({@code keras.regularizers}). */
@NullMarked
package org.keras4j.layers.regularizers;

import org.jspecify.annotations.NullMarked;
