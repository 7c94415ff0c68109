/** One lowering of every primitive to TensorFlow's operations, run at once or written into a graph. */
@NullMarked
package org.keras4j.backend.tensorflow.lowering;

import org.jspecify.annotations.NullMarked;
