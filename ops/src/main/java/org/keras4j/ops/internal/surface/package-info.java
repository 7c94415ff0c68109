/** Keras's public functions by name: what each is in Java, and calls with positional and named arguments. */
@org.jspecify.annotations.NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.surface;

import org.apiguardian.api.API;
