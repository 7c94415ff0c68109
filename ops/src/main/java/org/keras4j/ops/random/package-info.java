/** Random numbers ({@code keras.random}). */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.ops.random;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
