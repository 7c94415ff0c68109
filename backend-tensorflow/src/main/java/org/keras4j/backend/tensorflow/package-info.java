/** The TensorFlow backend: primitives run by TensorFlow's kernels, graphs as TensorFlow functions. */
@NullMarked
package org.keras4j.backend.tensorflow;

import org.jspecify.annotations.NullMarked;
