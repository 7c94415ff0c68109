/** Decoders: the networks of today's language models, and the cache that they continue texts with. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.hub.decoder;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
