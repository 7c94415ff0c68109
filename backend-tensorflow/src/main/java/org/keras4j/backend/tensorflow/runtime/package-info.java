/** TensorFlow's C API in the terms of this backend: its library, context, calls, functions and memory. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.backend.tensorflow.runtime;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
