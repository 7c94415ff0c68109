/** Transformers that see: ViT, and CLIP, which sees and reads. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.hub.vision;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
