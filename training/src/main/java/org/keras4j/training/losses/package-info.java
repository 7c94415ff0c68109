/** Losses ({@code keras.losses}): classes, and the functions of {@link org.keras4j.training.losses.Losses}. */
@NullMarked
package org.keras4j.training.losses;

import org.jspecify.annotations.NullMarked;
