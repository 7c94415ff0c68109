/** Metrics ({@code keras.metrics}): classes, and the functions of {@link org.keras4j.training.metrics.Metrics}. */
@NullMarked
package org.keras4j.training.metrics;

import org.jspecify.annotations.NullMarked;
