/** Layers ({@code keras.layers}), the building blocks of models. */
@NullMarked
package org.keras4j.layers;

import org.jspecify.annotations.NullMarked;
