/** The basic layers: dense, embedding, input, masking, wrappers. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.layers.core;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
