/** Internal: event files, which TensorBoard reads. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.training.internal.events;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
