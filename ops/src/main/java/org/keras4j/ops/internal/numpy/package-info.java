/** The functions of {@code keras.ops.numpy}. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.numpy;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
