/** What happens around training steps and epochs ({@code keras.callbacks}). */
@NullMarked
package org.keras4j.training.callbacks;

import org.jspecify.annotations.NullMarked;
