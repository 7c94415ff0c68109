/** Learning rates that follow the step ({@code keras.optimizers.schedules}). */
@NullMarked
package org.keras4j.training.schedules;

import org.jspecify.annotations.NullMarked;
