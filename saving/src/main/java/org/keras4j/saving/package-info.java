/** Model files: {@code .keras} and {@code .weights.h5}, exchanged with Python's Keras. */
@NullMarked
package org.keras4j.saving;

import org.jspecify.annotations.NullMarked;
