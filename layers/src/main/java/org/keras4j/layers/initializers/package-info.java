/** First values of weights ({@code keras.initializers}). */
@NullMarked
package org.keras4j.layers.initializers;

import org.jspecify.annotations.NullMarked;
