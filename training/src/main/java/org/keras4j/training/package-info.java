/** Compiling, fitting, evaluating and predicting: the training loops ({@code keras.Model}). */
@NullMarked
package org.keras4j.training;

import org.jspecify.annotations.NullMarked;
