/** One lowering of every primitive to TensorFlow's operations, run at once or written into a graph. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.backend.tensorflow.lowering;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
