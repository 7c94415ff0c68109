/** Layers against overfitting: dropouts and noise. */
@NullMarked
package org.keras4j.layers.regularization;

import org.jspecify.annotations.NullMarked;
