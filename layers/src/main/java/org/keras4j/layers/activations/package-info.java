/** Activation functions ({@code keras.activations}) and their layers. */
@NullMarked
package org.keras4j.layers.activations;

import org.jspecify.annotations.NullMarked;
