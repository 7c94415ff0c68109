/** The functions of {@code keras.ops.image}. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.image;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
