/** TensorFlow's SavedModel format: writing it, and running what others wrote. */
@NullMarked
package org.keras4j.backend.tensorflow.savedmodel;

import org.jspecify.annotations.NullMarked;
