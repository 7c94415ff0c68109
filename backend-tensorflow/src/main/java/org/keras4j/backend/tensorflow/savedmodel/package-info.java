/** TensorFlow's SavedModel format: writing it, and running what others wrote. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.backend.tensorflow.savedmodel;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
