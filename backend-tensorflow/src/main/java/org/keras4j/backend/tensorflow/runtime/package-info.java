/** TensorFlow's C API in the terms of this backend: its library, context, calls, functions and memory. */
@NullMarked
package org.keras4j.backend.tensorflow.runtime;

import org.jspecify.annotations.NullMarked;
