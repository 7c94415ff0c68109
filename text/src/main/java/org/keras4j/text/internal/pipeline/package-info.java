/** The stages put together. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.text.internal.pipeline;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
