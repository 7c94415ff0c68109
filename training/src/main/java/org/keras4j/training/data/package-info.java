/** Data for training, from arrays, iterables, streams and datasets, as batches. */
@NullMarked
package org.keras4j.training.data;

import org.jspecify.annotations.NullMarked;
