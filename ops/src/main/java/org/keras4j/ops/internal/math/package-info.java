/** Segments, largest elements, special functions: what Keras has in {@code keras.ops} alone. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.math;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
