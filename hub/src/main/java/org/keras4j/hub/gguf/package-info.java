/** Weights and tokenizers out of GGUF files. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.hub.gguf;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
