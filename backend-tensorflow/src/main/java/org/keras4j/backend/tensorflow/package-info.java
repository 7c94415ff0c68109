/** The TensorFlow backend: primitives run by TensorFlow's kernels, graphs as TensorFlow functions. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.backend.tensorflow;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
