/** Transformers that see: ViT, and CLIP and SigLIP, which see and read. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.hub.vision;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
