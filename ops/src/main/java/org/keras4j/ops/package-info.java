/** Functions on tensors ({@code keras.ops}) and random numbers, written once for all backends. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.ops;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
