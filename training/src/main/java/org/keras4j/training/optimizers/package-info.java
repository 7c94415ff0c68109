/** Optimizers ({@code keras.optimizers}). */
@NullMarked
package org.keras4j.training.optimizers;

import org.jspecify.annotations.NullMarked;
